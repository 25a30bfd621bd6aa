/**
 * Learns to balance a pole by the cross-entropy method: plays episodes, keeps those in which the pole stood longest, and trains the
 * policy to act as it did in them.
 */
import { adam, MLP, Rng } from 'evenkeel';
import { CartPole } from './cart-pole.js';

const EPISODES = 64; // per round
const ELITE = 8; // episodes of a round to learn from
const MAX_ROUNDS = 100;
const TESTED = 20; // episodes of a test
const GOAL = 475; // mean number of steps at which CartPole-v1 counts as solved
const ENOUGH = 495; // mean at which learning ends, so that other episodes reach the goal too

const seed = Number(process.argv[2] ?? 1);
const rng = new Rng(seed);

const policy = new MLP({
  inputSize: 4,
  layers: [
    { units: 32, activation: 'tanh' },
    { units: 2, activation: 'softmax' }, // probabilities of a push to the left and to the right
  ],
  seed,
});
policy.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });

/**
 * Plays episodes side by side, so that one prediction serves all of them.
 *
 * @param {Rng} rng  source of the initial states and of the actions
 * @param {boolean} greedy  true to take the likelier action; false to draw it
 * @returns {{ states: number[][], actions: number[] }[]}  what was seen and done in each episode
 */
function play(count, rng, greedy) {
  const starts = rng.split('starts').uniform(4 * count, { low: -0.05, high: 0.05 });
  const episodes = Array.from({ length: count }, (_, i) => ({
    cart: new CartPole(starts.subarray(4 * i, 4 * i + 4)),
    states: [],
    actions: [],
  }));
  for (let step = 0; ; step++) {
    const running = episodes.filter(({ cart }) => cart.running);
    if (running.length === 0) return episodes;
    const probabilities = policy.predict(running.map(({ cart }) => cart.state));
    const luck = rng.split(step).uniform(running.length);
    for (const [i, { cart, states, actions }] of running.entries()) {
      const right = probabilities[2 * i + 1];
      const action = right > (greedy ? 0.5 : luck[i]) ? 1 : 0;
      states.push(cart.state);
      actions.push(action);
      cart.push(action);
    }
  }
}

const meanSteps = (episodes) =>
  episodes.reduce((sum, { actions }) => sum + actions.length, 0) / episodes.length;

for (let round = 0; round < MAX_ROUNDS; round++) {
  const episodes = play(EPISODES, rng.split('round').split(round), false);
  const elite = episodes.toSorted((a, b) => b.actions.length - a.actions.length).slice(0, ELITE);
  await policy.fit(
    elite.flatMap(({ states }) => states),
    elite.flatMap(({ actions }) => actions),
    { epochs: 2, batchSize: 64 },
  );
  const tested = meanSteps(play(TESTED, rng.split('check').split(round), true));
  console.log(`round ${round}: ${meanSteps(episodes).toFixed(1)} steps, tested ${tested.toFixed(1)}`);
  if (tested >= ENOUGH) break;
}

const final = meanSteps(play(TESTED, rng.split('test'), true));
console.log(`mean of ${TESTED} new episodes: ${final.toFixed(1)} steps`);
process.exitCode = final >= GOAL ? 0 : 1;
