/** Checks of the race: the differences in words, and the curves and maps of Node. */
import { difference, keepAnswers, kept, plain } from './kept.mjs';
import { labOfLink } from './node-lab.mjs';
import { losses, must, pause, press, stepsOf, told, until, wordsOf } from './visit.mjs';

const MAP_PAUSED = 100;
const linkOf = (page) => new URL(page.url()).hash.slice(1);

/** Pauses, and checks curves and maps of all networks against those of an engine in Node. */
async function mustMatchRace(page, lab) {
  const want = ['curves', 'maps'];
  const { networks } = lab.answer({ id: 0, steps: 0, want, mapSize: MAP_PAUSED });
  const parts = ({ step, curves, map }) => plain({ step, curves, map });
  const expected = networks.map(parts);
  let found = 'no answer';
  await until(async () => {
    const shown = (await kept(page, 'networks'))?.map(({ step, curves, map }) => ({ step, curves, map }));
    found = shown === undefined ? 'no answer' : difference(shown, expected);
    return found === undefined;
  }, 'curves and maps of Node').catch((error) => {
    throw new Error(`${error.message}; ${found}`);
  });
}

async function trainAndPause(page, steps) {
  await until(async () => (await stepsOf(page)) > steps, `${steps} steps`);
  await pause(page);
  return stepsOf(page);
}

export const checks = {
  'curves and maps are those of Node, bit for bit': async (visit) => {
    const page = await visit.open('d=moons', { script: keepAnswers });
    const steps = await trainAndPause(page, 60);
    await mustMatchRace(page, await labOfLink('d=moons', steps));
    const label = await page.getByRole('img', { name: /^Training loss/ }).getAttribute('aria-label');
    must(label.includes(`after ${steps} steps`), `the curves say: ${label}`);
  },

  'the difference is named, whatever it is': async (visit) => {
    const page = await visit.open('a=tanh&B=a:relu');
    await told(page, /B differs in: activation, ReLU where A has tanh\./);
    await page.getByLabel('B differs in').selectOption('optimizer');
    await told(page, /B differs in: optimizer, SGD where A has Adam\./);
    await page.getByLabel('B: optimizer').selectOption('lion');
    await told(page, /B differs in: optimizer, Lion where A has Adam\./);
    await page.getByLabel('B differs in').selectOption('width');
    await told(page, /B differs in: width, 64 where A has 32\./);
    await page.getByLabel('B: width').focus();
    await page.keyboard.press('Home');
    await told(page, /B differs in: width, 1 where A has 32\./);
  },

  'two differences are both named, and equal networks are called the same': async (visit) => {
    const page = await visit.open('B=o:sgd,r:0.1');
    await told(
      page,
      /B differs in: optimizer, SGD where A has Adam; learning rate, 0\.1 where A has 0\.003\./,
    );
    const same = await visit.open('B=');
    await told(same, /B is the same as A\./);
    await trainAndPause(same, 20);
    const [a, aTest, b, bTest] = await losses(same);
    must(a === b && aTest === bTest, `equal networks have ${[a, aTest, b, bTest]}`);
  },

  'up to four networks race, with the numbers of Node': async (visit) => {
    const page = await visit.open('d=blobs&h=2', { script: keepAnswers });
    await press(page, 'Add network C');
    await press(page, 'Add network D');
    await page.getByLabel('D differs in').selectOption('activation');
    must((await page.getByRole('button', { name: /^Add network/ }).count()) === 0, 'a fifth is offered');
    await until(async () => (await page.locator('.race-maps figure').count()) === 4, 'four maps');
    const steps = await trainAndPause(page, 20);
    await mustMatchRace(page, await labOfLink(linkOf(page), steps));
    await press(page, 'Remove network C');
    await until(async () => (await page.locator('.race-maps figure').count()) === 3, 'three maps');
    must(/C \(/.test(await wordsOf(page)), 'the last network is C now');
  },

  'a new learning rate goes on from the present step, as in Node': async (visit) => {
    const page = await visit.open('B=-', { script: keepAnswers });
    const steps = await trainAndPause(page, 30);
    await page.getByLabel('learning rate', { exact: true }).focus();
    await page.keyboard.press('End');
    await until(() => /r=10/.test(page.url()), 'the rate');
    for (let i = 0; i < 3; i++) {
      await press(page, 'Step');
      await until(async () => (await stepsOf(page)) === steps + i + 1, `step ${steps + i + 1}`);
    }
    const lab = await labOfLink('B=-', steps);
    lab.set({ ...lab.state, rate: 10 });
    lab.run(3);
    await mustMatchRace(page, lab);
  },

  'back to start begins the same race again': async (visit) => {
    const page = await visit.open('', { reducedMotion: 'reduce' });
    await until(async () => Number.isFinite((await losses(page))[0]), 'the first losses');
    const first = await losses(page);
    await press(page, '▶ Play');
    await trainAndPause(page, 20);
    must(`${await losses(page)}` !== `${first}`, 'nothing was trained');
    await press(page, 'Back to start');
    await until(async () => (await stepsOf(page)) === 0, 'step 0');
    must(`${await losses(page)}` === `${first}`, 'another start');
  },
};
