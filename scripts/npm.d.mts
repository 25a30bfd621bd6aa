import type { SpawnSyncOptions, SpawnSyncReturns } from 'node:child_process';

export function npm(args: readonly string[], options: SpawnSyncOptions): SpawnSyncReturns<string | Buffer>;
export function npmCommand(args: readonly string[]): [file: string, args: readonly string[]];
