import type { Metafile } from 'esbuild';

export function bundledFolders(metafiles: readonly Metafile[]): Set<string>;
export function withDependencies(folders: Iterable<string>): string[];
export function notices(folders: Iterable<string>): string;
export function notice(folder: string): string;
