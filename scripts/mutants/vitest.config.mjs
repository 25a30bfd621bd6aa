/** The suite as it always runs, with a note of what each test file called. */
import { mergeConfig } from 'vitest/config';
import suite from '../../vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from there
export default mergeConfig(suite, { test: { setupFiles: ['scripts/mutants/record-reach.mjs'] } });
