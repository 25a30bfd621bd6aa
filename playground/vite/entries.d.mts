/** Returns aliases of Vite, one for each entry of the package. */
export function entries(condition: 'default' | 'node'): { find: RegExp; replacement: string }[];
