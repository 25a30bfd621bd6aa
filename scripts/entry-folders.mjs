/** Writes the folders of the package's entries. The working directory is the root of the project. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/**
 * Writes a folder for each entry with a package.json of its own, such as theory/package.json. Tools that do not read `exports` find the
 * entry there: Parcel by default, TypeScript with `moduleResolution: node10`, older versions of Metro, and resolvers of linters.
 */
export async function writeEntryFolders() {
  const { exports } = JSON.parse(await readFile('package.json', 'utf8'));
  for (const [entry, { types, default: main }] of Object.entries(exports)) {
    if (types === undefined || entry === '.') continue;
    const fields = { main: posix.relative(entry, main), types: posix.relative(entry, types) };
    await mkdir(entry, { recursive: true });
    await writeFile(join(entry, 'package.json'), `${JSON.stringify(fields, undefined, 2)}\n`);
  }
}
