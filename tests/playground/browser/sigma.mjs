/** Checks of the view in which σ is dragged: by keyboard and by pointer, with the signals of Node. */
import { difference, keepAnswers, kept, plain } from './kept.mjs';
import { labOfLink, load, mustMatchNode } from './node-lab.mjs';
import { must, press, told, until, wordsOf } from './visit.mjs';

/** N(0, σ²) in ten layers of 100 tanh units: σ = 0.1 keeps the signal. */
const START = 'view=sigma&d=circles&h=10&w=100&a=tanh&i=normal&z=0.1&B=-';
const slider = (page, letter = 'A', what = 'σ') =>
  page.locator(`.sigma .network-${letter}`).getByLabel(`${letter}: ${what} of the weights`);
const linkOf = (page) => new URL(page.url()).hash.slice(1);
const sizeOf = (page) => Number(new URLSearchParams(linkOf(page)).get('z') ?? 1);

/** Returns true if numbers of theory are equal but for their last digits: Math.log has other last bits in another engine. */
function isClose(a, b) {
  const [x, y] = [Number(a), Number(b)];
  return a === b || Math.abs(x - y) <= 1e-14 * Math.max(1, Math.abs(y));
}

/** Compares two frames: the measured signals bit for bit, and theory up to its last digits. */
function frameDifference(shown, wanted) {
  const parts = (frame, name) => frame.map((signals) => signals[name]);
  return (
    difference(parts(shown, 'measured'), parts(wanted, 'measured')) ??
    difference(parts(shown, 'expected'), parts(wanted, 'expected'), isClose)
  );
}

/** Waits until the page has the signals of Node for its own link, and returns those of Node. */
async function mustMatchSignals(page) {
  const lab = await labOfLink(linkOf(page), 0);
  const { engine } = await load('views/sigma/engine.ts');
  const frame = engine.frame(lab);
  let found = 'no frame';
  const isSame = async () => {
    const shown = await kept(page, 'view');
    if (shown !== undefined) found = frameDifference(shown, plain(frame));
    return found === undefined;
  };
  await until(isSame, 'the signals of Node').catch((error) => {
    throw new Error(`${error.message}; ${found}`);
  });
  return frame;
}

/** Factor by which the root mean square of z changes from the first to the last hidden layer. */
const growth = ([{ measured }]) => Math.sqrt(measured.z.meanSquare.at(-2) / measured.z.meanSquare[0]);

export const checks = {
  'the arrow keys drag σ, and the signals follow with the numbers of Node': async (visit) => {
    const page = await visit.open(START, { script: keepAnswers });
    const first = await mustMatchSignals(page);
    await told(page, /A \(N\(0, 0\.1²\)\): z keeps its size over 10 layers/);
    await slider(page).focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowLeft');
    await until(() => sizeOf(page) < 0.08, 'a smaller σ');
    const small = await mustMatchSignals(page);
    must(growth(small) < growth(first), `z shrinks by ${growth(small)}, and before by ${growth(first)}`);
    await page.keyboard.press('Home');
    await until(() => sizeOf(page) === 0.01, 'the smallest σ');
    const least = await mustMatchSignals(page);
    must(growth(least) < 1e-8, `z shrinks by ${growth(least)} only`);
    await told(page, /A \(N\(0, 0\.01²\)\): z dies at layer \d+ of 10/);
    const label = await page
      .getByRole('img', { name: /^Histograms of z in network A/ })
      .getAttribute('aria-label');
    must(/factor [\d.]+·10⁻/.test(label), `the picture says: ${label}`);
  },

  'the pointer drags σ, and one step back undoes the drag': async (visit) => {
    const page = await visit.open(START, { script: keepAnswers });
    await mustMatchSignals(page);
    const before = linkOf(page);
    const { x, y, width, height } = await slider(page).boundingBox();
    const middle = y + height / 2;
    const handle = x + width * (Number(await slider(page).inputValue()) / 400);
    await page.mouse.move(handle, middle);
    await page.mouse.down();
    for (let i = 1; i <= 20; i++) await page.mouse.move(handle + (i / 20) * (x + width - handle - 2), middle);
    // A drag is one change, however slowly it ends.
    await page.waitForTimeout(1000);
    await page.mouse.move(x + width - 20, middle);
    await page.mouse.up();
    must(sizeOf(page) > 10, `σ is ${sizeOf(page)} after the drag`);
    const frame = await mustMatchSignals(page);
    must(frame[0].measured.z.meanSquare[0] > 1e2, 'z is not large');
    await page.goBack();
    await until(() => linkOf(page) === before, `the link ${before}; it is ${linkOf(page)}`);
    await mustMatchSignals(page);
  },

  'a drag of a named start makes it a gain, for B alone': async (visit) => {
    const page = await visit.open('view=sigma&h=12&B=i:glorotNormal', { script: keepAnswers });
    await mustMatchSignals(page);
    await slider(page, 'B', 'gain').focus();
    await page.keyboard.press('End');
    await until(() => /B=i:gain,z:20/.test(decodeURIComponent(linkOf(page))), 'the gain of B');
    must(!/[#&]i=/.test(page.url()), `A has changed too: ${page.url()}`);
    const [a, b] = await mustMatchSignals(page);
    must(growth([a]) < 10 && growth([b]) > 1e10, `A grows by ${growth([a])}, B by ${growth([b])}`);
    must(/B \(gain 20\): z explodes/.test(await wordsOf(page)), await wordsOf(page));
  },

  'the losses after some steps are those of Node': async (visit) => {
    const page = await visit.open(START);
    await press(page, '▶ Play');
    await mustMatchNode(page, START);
  },
};
