import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { entries } from './playground/vite/entries.mjs';

/** Node 20 has relaxed SIMD behind a flag; the fused build is tested there in processes that carry it. */
const flags = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from there
export default defineConfig({
  // The playground's engine imports the package as a user would: its built entries.
  resolve: { alias: entries('node') },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/setup.ts'],
    pool: 'forks',
    // Left alone, vitest keeps one core free; of two that is half of the machine.
    maxWorkers: availableParallelism(),
    execArgv: flags,
    // How long a test takes is no result: on a machine with other work the longest have taken three minutes.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
