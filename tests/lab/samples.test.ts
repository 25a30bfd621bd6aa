import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { MLP, sgd, zeros } from '../../src/index.js';
import { housePrice, irisLecture } from '../../src/lab/index.js';

describe('irisLecture', () => {
  // tests/golden/train_examples.json holds the figures of the slides.
  const golden = JSON.parse(readFileSync(new URL('../golden/train_examples.json', import.meta.url), 'utf8'));

  it('has the three rows of the slides', () => {
    expect([...irisLecture.x]).toEqual(golden.X.flat());
    expect([...irisLecture.y]).toEqual(golden.y);
  });

  it('has the petals of these classes in the iris table', () => {
    expect(irisLecture.classNames).toEqual(iris.classNames);
    expect(irisLecture.featureNames).toEqual(iris.featureNames.slice(2));
    for (const [row, label] of irisLecture.y.entries()) {
      const [length, width] = irisLecture.x.subarray(2 * row, 2 * row + 2);
      const found = [...iris.y].some(
        (other, i) =>
          other === label &&
          iris.x[4 * i + 2] === Math.fround(length!) &&
          iris.x[4 * i + 3] === Math.fround(width!),
      );
      expect(found, `row ${row}`).toBe(true);
    }
  });
});

describe('housePrice', () => {
  // Slides 38–40, recomputed: prediction 0 and loss 9.1² before the step, 8.35198 and 0.55953392 after it.
  it('learns as the slides print', () => {
    const model = new MLP({
      inputSize: 1,
      layers: [{ units: 1, kernelInitializer: zeros() }],
      backend: 'javascript64',
    });
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.01 }) });
    const { x, y } = housePrice;
    expect(model.trainOnBatch(x, y).loss).toBeCloseTo(82.81, 12);
    expect(model.predict(x)[0]).toBeCloseTo(8.35198, 12);
    expect(model.evaluate(x, y).loss).toBeCloseTo(0.5595339204, 10);
  });
});

describe('the bundle', () => {
  const folder = fileURLToPath(new URL('../../build/js', import.meta.url));
  const bundled = async (name: string) => {
    const { outputFiles } = await build({
      stdin: { contents: `export { ${name} } from './data.js'`, resolveDir: folder },
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'error',
    });
    return outputFiles[0]!.text;
  };

  it('includes the table reader only in pages that read tables', async () => {
    expect(await bundled('readCsv')).toMatch('windows-1252');
    expect(await bundled('iris')).not.toMatch('windows-1252');
    expect(await bundled('trainTestSplit')).not.toMatch('windows-1252');
  });

  it('carries the parser’s licence', () => {
    const notices = readFileSync(new URL('../../build/THIRD-PARTY.txt', import.meta.url), 'utf8');
    expect(notices).toMatch(/papaparse \d+\.\d+\.\d+ \(MIT\)\n\n.*Copyright/s);
  });
});
