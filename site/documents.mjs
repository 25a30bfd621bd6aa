/** Documents that the site shows, in their order. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the names of the folders in a folder. */
function foldersOf(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Returns the Markdown files of a folder. */
function markdownIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => `${folder}/${name}`);
}

const docs = (...names) => names.map((name) => `docs/${name}.md`);

const named = {
  Guide: [
    'README.md',
    ...docs(
      'overview',
      'training',
      'initializers',
      'activations',
      'saving',
      'predicting',
      'hosts',
      'support',
      'errors',
    ),
  ],
  Data: docs('data', 'metrics', 'grid-search', 'schedules'),
  'Understanding a network': docs('diagnosis', 'theory', 'report', 'gallery'),
  Lessons: foldersOf('docs/lessons').map((name) => `docs/lessons/${name}/lesson.md`),
  'Command line': docs('command-line', 'defaults'),
  'Moving to evenkeel': [...docs('interchange'), ...markdownIn('docs/migration'), ...docs('migration')],
  Examples: ['examples/README.md', ...foldersOf('examples').map((name) => `examples/${name}/README.md`)],
  Background: docs('speed', 'lectures', 'lectures-items', 'fashion', 'random'),
  Project: [
    'CHANGELOG.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    ...docs('decisions', 'releasing', 'lessons/WRITING'),
    'playground/README.md',
    'assembly/README.md',
    'bench/README.md',
    'bench/RESULTS.md',
  ],
};
const more = markdownIn('docs').filter((path) => !Object.values(named).flat().includes(path));

/** Groups of the menu, each with its documents. Documents of docs/ that no group names follow the guide's. */
export const groups = { ...named, Guide: [...named.Guide, ...more] };

/** All documents of the site, as paths in the repository. */
export const documents = Object.values(groups).flat();

/** Titles in the menu of documents whose heading does not tell them apart. */
export const titles = {
  'README.md': 'Start',
  'CONTRIBUTING.md': 'Contributing',
  'bench/RESULTS.md': 'Benchmark results',
};
