type Library = typeof import('../../src/index.js') &
  Pick<typeof import('../../src/data/index.js'), 'iris'> &
  Pick<typeof import('../../src/extras/index.js'), 'useSaving'>;

export const EXPECTED: string;
export function train(
  library: Library,
  hash: (...arrays: readonly ArrayBufferView[]) => string,
): Promise<string>;
