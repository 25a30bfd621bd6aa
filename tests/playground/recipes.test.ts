import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { writeLink } from '../../playground/engine/link.js';
import { measure } from '../../playground/engine/measure.js';
import { recipeState, recipes } from '../../playground/engine/recipes.js';
import { ownFields } from '../../playground/views/fields.js';
import { givenDigits } from './digits.js';

/** Loss of a network that gives both classes the same probability. */
const GUESSING = Math.log(2);

/** Returns the size of z in the last hidden layer over that in the first, and of dL/dz in the first over that at the output. */
function factors(lab: Lab, n: number): { forward: number; backward: number } {
  const runner = lab.runners[n]!;
  const { z, gradient } = measure(runner)!;
  const { depth } = runner.options;
  return {
    forward: Math.sqrt(z.meanSquare[depth - 1]! / z.meanSquare[0]!),
    backward: Math.sqrt(gradient.meanSquare[0]! / gradient.meanSquare[depth]!),
  };
}

function expectKept(lab: Lab, n: number): void {
  const { forward, backward } = factors(lab, n);
  for (const factor of [forward, backward]) {
    expect(factor).toBeGreaterThan(0.01);
    expect(factor).toBeLessThan(100);
  }
  expect(lab.verdict(n)!.verdict).toBe('healthy');
}

function expectDying(lab: Lab, n: number): void {
  const { forward, backward } = factors(lab, n);
  expect(forward).toBeLessThan(0.01);
  expect(backward).toBeLessThan(0.01);
  expect(lab.verdict(n)!.verdict).toBe('vanishing');
}

/** Checks of the sentences of the recipes, by name. They may train the networks. */
const claims: Record<string, (lab: Lab) => void> = {
  'Figure 7.4': (lab) => {
    expectKept(lab, 0);
    expectDying(lab, 1);
    expect(factors(lab, 2).forward).toBeGreaterThan(1e10);
    expect(factors(lab, 2).backward).toBeGreaterThan(1e10);
    expect(lab.verdict(2)!.verdict).toBe('exploding');
    expectDying(lab, 3);
  },
  'Vanishing sigmoid': (lab) => {
    const { gradient } = measure(lab.runners[0]!)!;
    for (let l = 1; l < gradient.meanSquare.length - 1; l++) {
      expect(gradient.meanSquare[l - 1]!).toBeLessThan(gradient.meanSquare[l]! / 4);
    }
    expect(lab.verdict(0)!.verdict).toBe('vanishing');
    expectKept(lab, 1);
  },
  'Exploding PReLU': (lab) => {
    lab.run(200);
    const [a, b] = lab.runners;
    expect(a!.failure).toMatch(/not finite/);
    expect(a!.step).toBeLessThan(10);
    expect(b!.score()!.loss).toBeLessThan(b!.curves.loss[0]! / 2);
  },
  'Dying ReLU': (lab) => {
    lab.run(20);
    const [layer] = lab.runners[0]!.model.layerOutputs(lab.data.train.x);
    expect(layer!.activation.every((a) => a === 0)).toBe(true);
    expect(factors(lab, 0).backward).toBe(0);
    expect(lab.verdict(0)!.verdict).toBe('dead');
    lab.set({ ...lab.state, scaling: 'auto' });
    lab.run(20);
    expect(factors(lab, 0).backward).toBeGreaterThan(0.01);
    lab.run(480);
    expect(lab.runners[0]!.score()!.testAccuracy).toBeGreaterThan(0.8);
  },
  'Zero start': (lab) => {
    lab.run(300);
    expect(lab.verdict(0)!.verdict).toBe('symmetric');
    expect(lab.runners[0]!.score()!.loss).toBeCloseTo(GUESSING, 2);
    expect(lab.runners[1]!.score()!.loss).toBeLessThan(GUESSING / 2);
  },
  'TF.js’s narrow He': (lab) => {
    const std = (n: number) => {
      const { kernel } = lab.runners[n]!.model.getWeights()[1]!;
      return Math.sqrt(kernel.reduce((sum: number, w: number) => sum + w * w, 0) / kernel.length);
    };
    expect(std(0) / std(1)).toBeCloseTo(0.88, 2);
    expectDying(lab, 0);
    expectKept(lab, 1);
  },
  Collapse: (lab) => {
    lab.run(60);
    const { verdict, advice } = lab.verdict(0)!;
    expect(verdict).toBe('collapsed');
    expect(advice[0]).toMatch(/on 128 of 128 rows/);
    expect(lab.verdict(1)!.verdict).toBe('healthy');
  },
  'Rate too high': (lab) => {
    lab.run(60);
    expect(factors(lab, 0).backward).toBe(0);
    expect(lab.verdict(0)!.verdict).toBe('dead');
    lab.run(540);
    expect(lab.runners[0]!.score()!.loss).toBeCloseTo(GUESSING, 1);
    expect(lab.runners[1]!.score()!.testAccuracy).toBeGreaterThan(0.95);
  },
  'Xavier for tanh': (lab) => {
    expectKept(lab, 0);
    expectDying(lab, 1);
    expect(lab.verdict(2)!.verdict).toBe('saturated');
  },
  'He for ReLU': (lab) => {
    expectKept(lab, 0);
    expectDying(lab, 1);
    const { z } = measure(lab.runners[1]!)!;
    const perLayer = (z.meanSquare[19]! / z.meanSquare[0]!) ** (1 / 19);
    expect(perLayer).toBeCloseTo(0.5, 1);
  },
  'Batch norm rescues': (lab) => {
    expect(lab.verdict(0)!.verdict).toBe('exploding');
    lab.run(60);
    expect(lab.runners[0]!.score()!.testAccuracy).toBeLessThan(0.7);
    expect(lab.runners[1]!.score()!.testAccuracy).toBeGreaterThan(0.95);
  },
};

describe('a recipe', () => {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    '%s shows what its sentence says',
    (name, recipe) => {
      const lab = new Lab();
      if (recipe.state.data === 'digits') lab.give('digits', givenDigits());
      lab.set(recipeState(recipe));
      claims[name]!(lab);
    },
  );

  it('has a link that no other recipe has', () => {
    const links = recipes.map((recipe) => writeLink(recipeState(recipe), ownFields));
    expect(new Set(links).size).toBe(recipes.length);
    for (const link of links) expect(link.length).toBeLessThanOrEqual(200);
  });
});
