import { onUnmounted, ref, shallowRef } from 'vue';

/** Longest time, in milliseconds, that training takes before it lets the page do something else. */
const SLICE = 8;

/** Resolves when the page has nothing more urgent to do, or after 50 ms. Safari has no requestIdleCallback. */
const idle = () =>
  new Promise((resolve) => {
    if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: 50 });
    else setTimeout(resolve);
  });

/**
 * Gives a component a model of its own. The model trains while the page is idle, and is closed when the component is unmounted.
 *
 * @param {() => import('evenkeel').MLP} create  makes and compiles the model
 * @returns refs `loss`, a number per epoch, `training` and `error`; `train(x, y, options)` with the arguments of `fit`; `stop()`; and
 *          `predict(x)`, which returns undefined before the first epoch
 */
export function useModel(create) {
  const model = create();
  const loss = ref([]);
  const training = ref(false);
  const error = shallowRef();
  let controller;
  let ended = Promise.resolve();

  function train(x, y, options) {
    if (training.value) return;
    controller = new AbortController();
    ended = run(x, y, { ...options, signal: controller.signal });
  }

  async function run(x, y, options) {
    let began = performance.now();
    const onEpochEnd = async (event) => {
      loss.value.push(event.loss);
      if (performance.now() - began < SLICE) return;
      await idle();
      began = performance.now();
    };
    training.value = true;
    error.value = undefined;
    try {
      await model.fit(x, y, { ...options, onEpochEnd });
    } catch (thrown) {
      if (!options.signal.aborted) error.value = thrown;
    }
    training.value = false;
  }

  const stop = () => controller?.abort();
  // Reading the loss makes a computed value follow the training.
  const predict = (x) => (loss.value.length > 0 ? model.predict(x) : undefined);

  onUnmounted(() => {
    stop();
    ended.then(() => model.close());
  });
  return { loss, training, error, train, stop, predict };
}
