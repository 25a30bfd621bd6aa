import { readFileSync } from 'node:fs';

/** Returns the version of an installed package. */
export function version(name) {
  const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
