/**
 * `npm run api`: writes the public names and types of each entry to api/*.api.md, from the declarations in build/types. With `--check`
 * it writes nothing, prints the names of files that would change, and fails if there are any.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, 'api');
const compilerOptions = { target: 'ES2022', lib: ['ES2022'], types: [], module: 'NodeNext', strict: true };
const isCheck = process.argv.includes('--check');
const folder = isCheck ? mkdtempSync(join(tmpdir(), 'evenkeel-api-')) : reports;

const entries = Object.entries(packageJson.exports).flatMap(([entry, { types }]) =>
  types ? [[entry, join(root, types)]] : [],
);

try {
  if (!isCheck) for (const name of readdirSync(reports)) rmSync(join(reports, name));
  const configs = entries.map(([entry, types]) => configOf(entry, types));
  // One compiler for all entries, which share most declarations.
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: entries.map(([, types]) => types),
  });
  for (const config of configs) {
    const { succeeded } = Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: keepQuiet,
    });
    if (!succeeded) throw new Error(`${config.mainEntryPointFilePath}: no report`);
  }
  if (isCheck) compare();
} finally {
  if (isCheck) rmSync(folder, { recursive: true, force: true });
}

function configOf(entry, types) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: ['evenkeel', ...entry.split('/').slice(1)].join('-'),
        reportFolder: folder,
        reportTempFolder: folder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: { extractorMessageReporting: { default: { logLevel: 'none' } } },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
}

/** Errors and warnings are shown; what the extractor is about to do is not. */
function keepQuiet(message) {
  if (message.logLevel !== 'error' && message.logLevel !== 'warning') message.handled = true;
}

/** Prints the reports that differ from those in the repository, with their first different line. */
function compare() {
  const names = new Set([...readdirSync(reports), ...readdirSync(folder)]);
  for (const name of names) {
    const [then, now] = [reports, folder].map((path) => linesOf(join(path, name)));
    const at = now.findIndex((line, l) => line !== then[l]);
    if (at < 0 && now.length === then.length) continue;
    process.exitCode = 1;
    process.stdout.write(`api/${name}: line ${at + 1}: expected ${then[at]}, got ${now[at]}\n`);
  }
}

function linesOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
}
