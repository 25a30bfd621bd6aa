/** Documents that the site shows, in their order. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the Markdown files of a folder, or of its folders one level below. */
function markdownIn(folder, deep = false) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: deep });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
  return files
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length).replaceAll('\\', '/'))
    .sort();
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
  Lessons: markdownIn('docs/lessons', true).filter((path) => path.endsWith('/lesson.md')),
  'Command line': docs('command-line', 'defaults'),
  'Moving to evenkeel': [...docs('interchange'), ...markdownIn('docs/migration'), ...docs('migration')],
  Background: docs('speed', 'lectures', 'lectures-items', 'fashion', 'random'),
  Project: [
    'CHANGELOG.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    ...docs('decisions', 'releasing', 'lessons/WRITING'),
    'playground/README.md',
    'examples/README.md',
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
