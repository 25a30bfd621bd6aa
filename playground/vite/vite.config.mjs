import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { digitsPlugin } from './digits.mjs';
import { entries } from './entries.mjs';
import { isolation } from './isolation.mjs';
import { offlinePlugin } from './offline.mjs';
import { preloadPlugin } from './preload.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export
export default defineConfig({
  root: path('..'),
  // Addresses are relative, so that any folder of a server will do.
  base: './',
  resolve: { alias: entries('default') },
  plugins: [digitsPlugin(), offlinePlugin(), preloadPlugin()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: path('../../build/playground'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { port: 5180, strictPort: false, fs: { allow: [path('../..')] }, headers: isolation },
  preview: { headers: isolation },
});
