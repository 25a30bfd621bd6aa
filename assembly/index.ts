/** Exports of the module. README.md in this folder is their contract. */

export * from './activations';
export * from './batch-norm';
export * from './bias';
export * from './dropout';
export * from './elementwise-losses';
export * from './gather';
export * from './gemm';
export * from './linalg';
export * from './losses';
export * from './normalization';
export * from './optimizers';
export * from './prelu';
export * from './propagation';
export * from './random';
export * from './sparse';
export * from './statistics';

/** Address of the first byte after the module's own data, where an arena may begin. */
export function heap_base(): usize {
  return __heap_base;
}
