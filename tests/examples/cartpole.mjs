import assert from 'node:assert/strict';

/** Mean number of steps over 20 episodes at which CartPole-v1 counts as solved. */
const SOLVED = 475;
const finalSteps = (printed) => Number(/mean of 20 new episodes: ([\d.]+) steps/.exec(printed)?.[1]);

export const checks = {
  'balances from three seeds, and alike from the same seed': (example) => {
    const runs = ['1', '2', '3', '1'].map((seed) => example.run('train.js', seed));
    for (const printed of runs) assert.ok(finalSteps(printed) >= SOLVED, printed);
    assert.equal(runs[3], runs[0]);
    assert.notEqual(runs[1], runs[0]);
  },
  'moves the cart as published': async (example) => {
    const { CartPole } = await example.module('cart-pole.js');
    // The states that Gymnasium's CartPole-v1 has after one and two pushes to the right from rest.
    const cart = new CartPole([0, 0, 0, 0]);
    const expectState = (expected) =>
      assert.deepEqual(
        cart.state.map((value) => Number(value.toFixed(6))),
        expected,
      );
    cart.push(1);
    expectState([0, 0.195122, 0, -0.292683]);
    cart.push(1);
    expectState([0.003902, 0.390244, -0.005854, -0.585366]);
    assert.equal(cart.running, true);
    assert.equal(new CartPole([2.5, 0, 0, 0]).running, false);
    assert.equal(new CartPole([0, 0, -0.21, 0]).running, false);
  },
};
