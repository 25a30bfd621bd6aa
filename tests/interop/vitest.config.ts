import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from there
export default defineConfig({
  test: {
    include: ['tests/interop/*.interop.ts'],
    setupFiles: ['tests/support/setup.ts'],
    pool: 'forks',
    testTimeout: 300_000,
  },
});
