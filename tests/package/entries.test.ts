/** Entries of the package: the names that each exports, and the code that they share. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as data from '../../src/data/index.js';
import * as extras from '../../src/extras/index.js';
import * as evenkeel from '../../src/index.js';
import * as interchange from '../../src/interchange/index.js';
import * as lab from '../../src/lab/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as node from '../../src/node/index.js';
import * as onnx from '../../src/onnx/index.js';
import * as predictor from '../../src/predictor/index.js';
import * as predictorInJavascript from '../../src/predictor/javascript/index.js';
import * as report from '../../src/report/index.js';
import * as saving from '../../src/saving/index.js';
import * as script from '../../src/script/index.js';
import * as tfjs from '../../src/tfjs/index.js';
import * as theory from '../../src/theory/index.js';
import * as wasm from '../../src/wasm/index.js';

const root = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
const entries: Readonly<Record<string, object>> = {
  '.': evenkeel,
  './theory': theory,
  './metrics': metrics,
  './data': data,
  './node': node,
  './report': report,
  './lab': lab,
  './interchange': interchange,
  './onnx': onnx,
  './saving': saving,
  './tfjs': tfjs,
  './predictor': predictor,
  './predictor/javascript': predictorInJavascript,
  './extras': extras,
  './wasm': wasm,
  './script': script,
};

/** Returns the names that a file exports, without running it: Node cannot import its WebAssembly file. */
async function exportsOf(file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(file, root))],
    bundle: true,
    format: 'esm',
    external: ['*.wasm', '*.wasm?module', 'node:*'],
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs)[0]!.exports.sort();
}

describe('package.json', () => {
  const { exports } = JSON.parse(textOf('package.json')) as {
    exports: Record<string, string | { types: string; node?: string; default: string }>;
  };

  it('names every entry, and files that are built', () => {
    const named = Object.keys(exports).filter((name) => !/\.(json|wasm)$/.test(name));
    expect(named).toEqual(Object.keys(entries));
    for (const file of Object.values(exports).flatMap((codes) =>
      typeof codes === 'string' ? [codes] : Object.values<string>(codes),
    )) {
      expect(existsSync(new URL(file, root)), file).toBe(true);
    }
  });

  it('leads tools that do not read `exports` to the same files', () => {
    const { main, types } = JSON.parse(textOf('package.json')) as Record<string, unknown>;
    const { '.': whole, ...others } = Object.fromEntries(
      Object.entries(exports).filter(([, target]) => typeof target === 'object'),
    ) as Record<string, { types: string; default: string }>;
    expect({ main, types }).toEqual({ main: whole!.default, types: whole!.types });
    for (const [entry, target] of Object.entries(others)) {
      const folder = new URL(`${entry}/`, root);
      const found = JSON.parse(textOf(`${entry}/package.json`)) as Record<'main' | 'types', string>;
      expect(new URL(found.main, folder).href, entry).toBe(new URL(target.default, root).href);
      expect(new URL(found.types, folder).href, entry).toBe(new URL(target.types, root).href);
    }
  });

  it('has entries whose folders git ignores, because the build writes them', () => {
    const ignored = new Set(textOf('.gitignore').split('\n'));
    const folders = Object.keys(exports).filter((name) => /^\.\/[^.]+$/.test(name));
    expect(folders.filter((name) => !ignored.has(`/${name.split('/')[1]}/`))).toEqual([]);
  });

  it.each(Object.entries(entries))(
    '%s exports in the build what it exports in the source',
    async (entry, source) => {
      const { types: _, workerd, 'edge-light': edge, ...codes } = exports[entry] as Record<string, string>;
      for (const code of [workerd, edge])
        if (code !== undefined) expect(await exportsOf(code)).toEqual(Object.keys(source).sort());
      for (const code of Object.values(codes)) {
        const built: object = await import(new URL(code, root).href);
        expect(Object.keys(built).sort(), code).toEqual(Object.keys(source).sort());
      }
    },
  );
});

it('metrics and theory export what their documents list, and the root exports none of it', () => {
  expect(Object.keys(metrics).sort()).toEqual([
    'accuracy',
    'classificationReport',
    'confusionMatrix',
    'f1',
    'meanAbsoluteError',
    'precision',
    'r2',
    'recall',
    'rocAuc',
    'rootMeanSquaredError',
    'topKAccuracy',
  ]);
  expect(Object.keys(theory).sort()).toEqual([
    'correlationField',
    'correlationMap',
    'criticalGain',
    'gaussianMoments',
    'logVariance',
    'meanField',
    'phaseTable',
    'propagate',
    'propagateAsync',
    'statistics',
    'varianceMap',
  ]);
});

it('no value is exported from two entries', () => {
  const names = Object.values(entries).flatMap((entry) => Object.keys(entry));
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
});

describe('types', () => {
  /** Lists the names that an entry exports, values and types, with the file that declares each. */
  const declared = (source: string) =>
    [...textOf(source).matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(([, names, file]) =>
      names!
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => ({
          name: name.split(' as ').at(-1)!,
          file: new URL(file!, new URL(source, root)).pathname,
        })),
    );
  const folders = [
    '',
    'theory/',
    'metrics/',
    'data/',
    'node/',
    'report/',
    'lab/',
    'interchange/',
    'onnx/',
    'saving/',
    'tfjs/',
    'extras/',
    'predictor/',
    'predictor/javascript/',
    'wasm/',
  ];
  const all = folders.flatMap((folder) => declared(`src/${folder}index.ts`));
  const twice = (exported: typeof all) =>
    exported.filter(({ name, file }) => exported.some((other) => other.name === name && other.file !== file));

  it('are one type if two entries export them under one name', () => {
    expect(all.length).toBeGreaterThan(250);
    expect(twice(all)).toEqual([]);
    const odd = { name: 'History', file: '/report/history.ts' };
    expect(twice([...all, odd])).toContainEqual(odd);
  });
});

describe('the bundles', () => {
  const codes = readdirSync(new URL('build/js/', root))
    .filter((file) => file.endsWith('.js'))
    .map((file) => textOf(`build/js/${file}`));

  it.each([
    'MLP=class',
    'Rng=class',
    'ShapeError=class',
    'function gaussianMoments(',
    'function gain(',
    'function accuracy(',
    'function drawThenScale(',
    'function explainNetwork(',
  ])('have %s once, so that two entries on a page share it', (code) => {
    expect(codes.filter((text) => text.includes(code))).toHaveLength(1);
  });

  it('accept values of one another: an Rng of one entry draws for another', async () => {
    const { Rng } = (await import(new URL('build/js/index.js', root).href)) as typeof evenkeel;
    const { xavierTanh } = (await import(new URL('build/js/lab.js', root).href)) as typeof lab;
    expect(xavierTanh()([3, 4], new Rng(1))).toEqual(lab.xavierTanh()([3, 4], new evenkeel.Rng(1)));
  });
});
