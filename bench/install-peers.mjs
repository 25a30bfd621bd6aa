/**
 * Installs the other libraries into peers/node_modules, outside the project's own. None needs its install script. That of gpu.js,
 * on which brain.js depends, builds graphics that no benchmark uses.
 */
import { fileURLToPath } from 'node:url';
import { npm } from '../scripts/npm.mjs';

const cwd = fileURLToPath(new URL('peers', import.meta.url));
const { status, error } = npm(['ci', '--ignore-scripts'], { cwd, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
