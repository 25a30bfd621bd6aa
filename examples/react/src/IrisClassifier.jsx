import { adam, MLP } from 'evenkeel';
import { iris } from 'evenkeel/data';
import { useState } from 'react';
import { useModel } from './useModel.js';

function createModel() {
  const model = new MLP({
    inputSize: 4,
    layers: [
      { units: 16, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    inputScaling: 'zScore',
    seed: 42,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });
  return model;
}

const features = iris.featureNames.map((name, column) => {
  const values = iris.x.filter((_, i) => i % 4 === column);
  return { name, min: Math.min(...values), max: Math.max(...values) };
});

/** Trains on iris, and tells the species of the flower that the sliders describe. */
export function IrisClassifier() {
  const { loss, training, error, train, stop, predict } = useModel(createModel);
  const [flower, setFlower] = useState([5.8, 3, 4.3, 1.3]);
  const shares = predict([flower]);

  return (
    <section>
      <h1>Which iris is it?</h1>
      <div className="training">
        <button
          type="button"
          onClick={training ? stop : () => train(iris.x, iris.y, { epochs: 100, batchSize: 16 })}
        >
          {training ? 'Stop' : 'Train'}
        </button>
        <output>{loss.length > 0 && `epoch ${loss.length}, loss ${loss.at(-1).toFixed(3)}`}</output>
      </div>
      {error && <p role="alert">{error.message}</p>}
      <LossCurve loss={loss} />
      {features.map(({ name, min, max }, i) => (
        <label className="feature" key={name}>
          {name}
          <span>{flower[i].toFixed(1)} cm</span>
          <input
            type="range"
            min={min}
            max={max}
            step="0.1"
            value={flower[i]}
            onChange={({ target }) => setFlower(flower.with(i, target.valueAsNumber))}
          />
        </label>
      ))}
      <dl>
        {iris.classNames.map((name, i) => (
          <div key={name} style={{ '--share': shares?.[i] ?? 0 }}>
            <dt>{name}</dt>
            <dd>{shares ? `${(100 * shares[i]).toFixed(0)} %` : '–'}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function LossCurve({ loss }) {
  const highest = Math.max(...loss);
  const points = loss.map((value, epoch) => `${epoch},${(40 * (1 - value / highest)).toFixed(1)}`);
  return (
    <svg
      viewBox={`0 0 ${Math.max(loss.length - 1, 1)} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Loss by epoch"
    >
      <polyline points={points.join(' ')} />
    </svg>
  );
}
