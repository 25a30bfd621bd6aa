/** Makes the service worker of the built page, which keeps all its files, so that the page works without a network once loaded. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Plugin of Vite: writes service-worker.js beside the page, with the names of the files and a version made of their content. */
export function offlinePlugin() {
  return {
    name: 'offline',
    apply: 'build',
    // After all files are there.
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const version = createHash('sha256');
        const files = ['./', './index.html'];
        for (const [name, file] of Object.entries(bundle)) {
          if (!name.endsWith('.html')) files.push(`./${name}`);
          version.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        const text = readFileSync(new URL('service-worker.js', import.meta.url), 'utf8')
          .replace("'VERSION'", JSON.stringify(version.digest('hex').slice(0, 12)))
          .replace("['FILES']", JSON.stringify(files));
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: text });
      },
    },
  };
}
