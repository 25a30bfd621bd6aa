import { useEffect, useRef, useState } from 'react';

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
 * @param {() => import('evenkeel').MLP} create  makes and compiles the model; defined outside the component
 * @returns `loss`, a number per epoch; `training`; `error`; `train(x, y, options)` with the arguments of `fit`; `stop()`; and
 *          `predict(x)`, which returns undefined before the first epoch
 */
export function useModel(create) {
  const [loss, setLoss] = useState([]);
  const [training, setTraining] = useState(false);
  const [error, setError] = useState();
  const model = useRef();
  const fit = useRef({ ended: Promise.resolve() });

  useEffect(() => {
    const made = create();
    model.current = made;
    setLoss([]);
    return () => {
      fit.current.controller?.abort();
      fit.current.ended.then(() => made.close());
    };
  }, [create]);

  function train(x, y, options) {
    if (training) return;
    const controller = new AbortController();
    fit.current = { controller, ended: run(x, y, { ...options, signal: controller.signal }) };
  }

  async function run(x, y, options) {
    let began = performance.now();
    const onEpochEnd = async ({ loss }) => {
      setLoss((before) => [...before, loss]);
      if (performance.now() - began < SLICE) return;
      await idle();
      began = performance.now();
    };
    setTraining(true);
    setError(undefined);
    try {
      await model.current.fit(x, y, { ...options, onEpochEnd });
    } catch (error) {
      if (!options.signal.aborted) setError(error);
    }
    setTraining(false);
  }

  return {
    loss,
    training,
    error,
    train,
    stop: () => fit.current.controller?.abort(),
    predict: (x) => (loss.length > 0 ? model.current.predict(x) : undefined),
  };
}
