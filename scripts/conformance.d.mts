/** Parameter counts of kernels, by name. */
type KernelTable = ReadonlyMap<string, number>;

type KernelTables = Readonly<Record<string, KernelTable>> & { readonly javascript: KernelTable };

export function kernelDifferences(sources: KernelTables, folder?: string): string[];
export function builtKernels(): Promise<KernelTables>;
export function builtPredictor(): Promise<KernelTables>;
export function checkKernels(): Promise<void>;
