/** Number of steps after which an episode ends, even if the pole still stands. */
export const MAX_STEPS = 500;

const GRAVITY = 9.8; // m/s²
const CART_MASS = 1; // kg
const POLE_MASS = 0.1; // kg
const HALF_LENGTH = 0.5; // of the pole, in m
const FORCE = 10; // N
const TICK = 0.02; // s
const TRACK = 2.4; // m to either side
const MAX_ANGLE = (12 * Math.PI) / 180;

/** Pole on a cart that is pushed to the left or to the right 50 times per second: CartPole-v1 of Gymnasium, with its constants. */
export class CartPole {
  steps = 0;

  /** @param {ArrayLike<number>} state  position, velocity, angle and angular velocity */
  constructor(state) {
    this.state = Array.from(state);
  }

  /** True until the pole has fallen, the cart has left its track, or the time is up. */
  get running() {
    const [position, , angle] = this.state;
    return this.steps < MAX_STEPS && Math.abs(position) <= TRACK && Math.abs(angle) <= MAX_ANGLE;
  }

  /** Pushes the cart to the left (0) or to the right (1) for one tick. */
  push(action) {
    const [position, velocity, angle, spin] = this.state;
    const force = action === 1 ? FORCE : -FORCE;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const mass = CART_MASS + POLE_MASS;
    const push = (force + POLE_MASS * HALF_LENGTH * spin ** 2 * sin) / mass;
    const spinning = (GRAVITY * sin - cos * push) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cos ** 2) / mass));
    const moving = push - (POLE_MASS * HALF_LENGTH * spinning * cos) / mass;
    this.state = [
      position + TICK * velocity,
      velocity + TICK * moving,
      angle + TICK * spin,
      spin + TICK * spinning,
    ];
    this.steps += 1;
  }
}
