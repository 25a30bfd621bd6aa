/** Makes the service worker of the built page. It keeps all files, so that the page works without a network once loaded. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Returns the plugin of Vite that writes service-worker.js, with the names of the files and a version from their content. */
export function offlinePlugin() {
  return {
    name: 'offline',
    apply: 'build',
    // All files have to be there first.
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
