/**
 * Installs the other libraries into peers/node_modules, apart from the project. None needs a script to run: brain.js asks for
 * gpu.js, whose graphics no benchmark uses.
 */
import { fileURLToPath } from 'node:url';
import { npm } from '../scripts/npm.mjs';

const cwd = fileURLToPath(new URL('peers', import.meta.url));
const { status, error } = npm(['ci', '--ignore-scripts'], { cwd, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
