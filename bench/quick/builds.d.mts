export function buildCommit(
  hash: string,
  entries: readonly string[],
  options: { signal: AbortSignal; repository?: string; finished?: string },
): Promise<string>;
