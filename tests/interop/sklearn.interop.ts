/** Estimators that scikit-learn trains now, by the program of docs/interchange.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromSklearn, sklearnInfo } from '../../src/interchange/index.js';
import { inFolder, pythonWith, runPython } from './python.js';

const document = readFileSync(new URL('../../docs/interchange.md', import.meta.url), 'utf8');
const section = document.split('\n## scikit-learn\n')[1]!;
const [, program] = /```python\n([\s\S]*?)```/.exec(section)!;

/** Trains estimators and writes each by the program of the document, with scikit-learn's own outputs beside it. */
const train = `
import json, warnings, numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
warnings.filterwarnings('ignore')
rng = np.random.RandomState(3)
x = rng.normal(size=(80, 4)) * [1, 10, 0.1, 3] + [0, 5, 1, -2]
kinds = np.array(['setosa', 'versicolor', 'virginica'])[rng.randint(3, size=80)]
options = dict(max_iter=20, random_state=0)
models = {
  'three': (make_pipeline(StandardScaler(), MLPClassifier((6, 4), **options)), kinds),
  'two': (make_pipeline(MinMaxScaler(clip=True), MLPClassifier((5,), 'logistic', **options)), x[:, 0] > 0),
  'labels': (MLPClassifier((5,), 'tanh', **options), (x[:, :2] > [0, 5]).astype(int)),
  'number': (make_pipeline(StandardScaler(with_mean=False), MLPRegressor((6,), 'identity', **options)), x[:, 1]),
  'numbers': (make_pipeline(StandardScaler(with_std=False), MLPRegressor((6,), **options)), x[:, 1:3]),
  'both': (make_pipeline(MinMaxScaler((-1, 1)), StandardScaler(), MLPRegressor((6,), **options)), x[:, 1]),
}
result = {}
for name, (model, y) in models.items():
    model.fit(x, y)
    exec(open('program.py').read())
    y = model.predict_proba(x) if hasattr(model, 'predict_proba') else model.predict(x)
    result[name] = {'json': open('model.json').read(), 'y': np.reshape(y, (80, -1)).tolist()}
print(json.dumps({'x': x.tolist(), 'models': result}))
`;

const python = pythonWith('sklearn');

it.skipIf(python === undefined)('the program of the document writes what fromSklearn reads', () => {
  inFolder((folder) => {
    const write = `open('program.py', 'w').write(${JSON.stringify(program)})\n`;
    const { x, models } = JSON.parse(runPython(python!, write + train, [], folder)) as {
      x: number[][];
      models: Record<string, { json: string; y: number[][] }>;
    };
    expect(readFileSync(join(folder, 'model.json'), 'utf8')).not.toBe('');
    for (const [name, { json, y }] of Object.entries(models)) {
      const model = fromSklearn(json, { backend: 'javascript64' });
      const { units } = model.config.layers.at(-1)!;
      const predicted = model.predict(x);
      for (const [r, row] of y.entries()) {
        const expected = units < row.length ? row.slice(1) : row;
        for (const [c, value] of expected.entries()) {
          const difference = Math.abs(predicted[r * units + c]! - value);
          expect(difference, `${name}, row ${r}, column ${c}`).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(value)),
          );
        }
      }
    }
    const namesOf = (name: string) => sklearnInfo(models[name]!.json).classNames;
    expect(namesOf('three')).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(namesOf('two')).toEqual(['false', 'true']);
    expect(namesOf('labels')).toBeUndefined();
    expect(namesOf('number')).toBeUndefined();
  });
});
