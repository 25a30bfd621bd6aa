/** Runs a printed program. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Within the repository, so that Node finds evenkeel by its own name.
const build = fileURLToPath(new URL('../../build/', import.meta.url));

/**
 * Runs the text of a program in Node, and returns all losses that it prints: training and test, network by network.
 *
 * @param files  texts of the files that the program reads, by their names
 */
export function printedLosses(program, files = {}) {
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'playground-program-'));
  try {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, program);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const printed = execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: folder });
    return [...printed.matchAll(/loss: ([^,\s}]+)/g)].map(([, loss]) => Number(loss));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
