/** Checks of the downloaded models: `MLP.load` in Node gives their predictions bit for bit. */
import { readFileSync } from 'node:fs';
import { MLP } from 'evenkeel';
import { labOfLink } from './node-lab.mjs';
import { losses, must, pause, press, stepsOf, until } from './visit.mjs';

/** Links whose models have a scaling, several networks, batch norms, learned slopes, or one output. */
const links = {
  'the race': '',
  'digits with their scaling': 'd=digits&h=1&B=-',
  'batch norm and dropout': 'd=blobs&h=2&m=before&q=0.2&B=-',
  'PReLU and a regression': 'd=wave&a=prelu&B=m:after',
};

/** Downloads the model of a network, and loads it in Node. */
async function modelOf(page, letter) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    press(page, `Model ${letter} (.safetensors)`),
  ]);
  must(download.suggestedFilename() === `network-${letter}.safetensors`, download.suggestedFilename());
  return MLP.load(readFileSync(await download.path()));
}

export const checks = Object.fromEntries(
  Object.entries(links).map(([what, link]) => [
    `${what}: each model predicts in Node as on the page`,
    async (visit) => {
      const page = await visit.open(link);
      await until(async () => (await stepsOf(page)) > 10, 'some steps');
      await pause(page);
      const lab = await labOfLink(link, await stepsOf(page));
      const shown = await losses(page);
      await press(page, 'Code');
      for (const [n, { model, measuredTest }] of lab.runners.entries()) {
        const loaded = await modelOf(page, 'AB'[n]);
        const [given, expected] = [loaded, model].map((one) => one.predict(measuredTest.x));
        must(given.length > 0 && given.length === expected.length, `${given.length} values`);
        must(
          given.every((value, i) => Object.is(value, expected[i])),
          `network ${n} predicts otherwise`,
        );
        const { loss } = loaded.evaluate(measuredTest.x, measuredTest.y);
        must(loss === shown[2 * n + 1], `a test loss of ${loss}; the screen has ${shown[2 * n + 1]}`);
      }
    },
  ]),
);
