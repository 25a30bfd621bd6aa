/** Tests that the tables of docs/training.md agree with the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ActivationName, adamw, type LossName, MLP, type OptimizerName } from '../../src/index.js';
import {
  activationNames,
  checkActivation,
  defaultInitializer,
  forwardKernel,
} from '../../src/network/activations.js';
import { checkOptimizer } from '../../src/optimizers/index.js';
import { commonDefaults, rows as optimizers } from '../../src/optimizers/step.js';
import { checkFitOptions } from '../../src/training/fit-options.js';
import { lossNames, lossRow } from '../../src/training/losses.js';
import { activations } from '../kernels/activation-table.js';

const text = readFileSync(new URL('../../docs/training.md', import.meta.url), 'utf8');

/** Returns the cells of each row of the table under a heading. */
function table(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  // An escaped bar belongs to its cell.
  return lines.map((line) =>
    line
      .replaceAll('\\|', '¦')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

describe('activations', () => {
  const rows = table('Activations');

  it('are all in the table', () => {
    expect(rows.flatMap(([name]) => names(name!)).sort()).toEqual([...activationNames].sort());
  });

  it.each(rows)('%s', (name, _formula, _kink, initializer, bound) => {
    for (const each of names(name!)) {
      const activation = checkActivation('activation', each as ActivationName);
      expect(names(initializer!)).toEqual([defaultInitializer(activation)]);
      const kernel = forwardKernel(activation);
      const held = activations.find((row) => `${row.name}_forward` === kernel)?.bound;
      if (held !== undefined) expect(Number(bound)).toBe(held);
    }
  });

  it.each(rows.filter(([, , kink]) => kink !== ''))(
    '%s: %s has the slope %s at its kinks',
    (name, _, kink) => {
      const words: Record<string, number> = {
        negativeSlope: 0.01,
        'the slope': 0.25,
        alpha: 1,
        λα: 1.7580993408,
      };
      const said = [...kink!.matchAll(/(−?\d+): ([^,]+)/g)].map(([, z, slope]) => {
        const [numerator, denominator = '1'] = slope!.split('/');
        return {
          z: Number(z!.replace('−', '-')),
          slope: words[slope!] ?? Number(numerator) / Number(denominator),
        };
      });
      for (const { z, slope } of said) {
        const model = new MLP({
          inputSize: 1,
          layers: [{ units: 1, activation: names(name!)[0] as ActivationName }],
          backend: 'javascript64',
        });
        model.setWeights([{ ...model.getWeights()[0], kernel: [1], bias: [0] }]);
        // dL/da is 1, since a − t is a half.
        model.compile({ loss: 'meanSquaredError' });
        const a = model.predict([[z]])[0]!;
        const { layers } = model.gradients([[z]], [[a - 0.5]]);
        expect(layers[0]!.preactivation[0]).toBeCloseTo(slope, 7);
      }
    },
  );
});

describe('losses', () => {
  const rows = table('Losses');

  it('are all in the table', () => {
    expect(rows.map(([name]) => names(name!)[0])).toEqual(lossNames);
  });

  it.each(rows)('%s', (name, _formula, output, y, over) => {
    const row = lossRow({ name: names(name!)[0] as LossName });
    expect(names(output!)).toEqual(row.output === undefined ? [] : [row.output]);
    expect(y).toContain({ classes: 'class indices', binary: 'labels', values: 'values' }[row.kind]);
    expect(over).toBe(row.termsPerRow(7) === 7 ? 'elements' : 'rows');
  });
});

describe('optimizers', () => {
  const rows = table('Optimizers');

  it('are all in the table', () => {
    expect(rows.map(([name]) => names(name!)[0])).toEqual(Object.keys(optimizers));
  });

  it.each(rows)('%s', (cell, defaults) => {
    const name = names(cell!)[0] as OptimizerName;
    const { name: _, ...options } = checkOptimizer('optimizer', name);
    const own = Object.entries(options).filter(
      ([key, value]) => commonDefaults[key as keyof typeof commonDefaults] !== value,
    );
    const said = defaults!.replace("Adam's", rows.find(([other]) => other === '`adam`')![1]!);
    expect(said.split(', ').sort()).toEqual(own.map(([key, value]) => `${key} ${value}`).sort());
  });

  it('take weight decay and penalties as common options', () => {
    for (const key of Object.keys(commonDefaults)) expect(text).toContain(`\`${key}`);
    expect(adamw().weightDecay).toBe(0.004);
  });
});

describe('fit', () => {
  const rows = table('fit');

  it('has exactly these options', () => {
    const options = Object.fromEntries(rows.flatMap(([cell]) => names(cell!)).map((key) => [key, undefined]));
    expect(() => checkFitOptions(options as never, false)).not.toThrow();
    const known = (() => {
      try {
        return checkFitOptions({ no: 1 } as never, false);
      } catch (error) {
        return (error as Error).message.split('Known: ')[1]!.split(', ');
      }
    })();
    expect(Object.keys(options).sort()).toEqual([...(known as string[])].sort());
  });

  it.each(rows.filter(([, value]) => /^`\w+`$/.test(value!)))('%s is %s by default', (cell, value) => {
    const checked: Readonly<Record<string, unknown>> = checkFitOptions({}, false);
    expect(String(checked[names(cell!)[0]!])).toBe(names(value!)[0]);
  });
});
