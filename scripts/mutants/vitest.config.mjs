/** Configuration of the usual suite plus the recording of the functions that each test file calls. */
import { mergeConfig } from 'vitest/config';
import suite from '../../vitest.config.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default mergeConfig(suite, { test: { setupFiles: ['scripts/mutants/record-reach.mjs'] } });
