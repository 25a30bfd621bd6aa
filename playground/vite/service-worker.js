/** Service worker that keeps the files of the page. The build fills in the version and the files. */
const version = 'VERSION';
const files = ['FILES'];
// Other pages of the same origin have caches too, so the name contains the scope.
const prefix = `evenkeel ${self.registration.scope} `;
const name = prefix + version;

self.addEventListener('install', (event) => {
  const fill = async () => {
    await (await caches.open(name)).addAll(files);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((other) => other.startsWith(prefix) && other !== name);
    await Promise.all(old.map((other) => caches.delete(other)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const find = async () => {
    const kept = await (await caches.open(name)).match(request, {
      ignoreSearch: request.mode === 'navigate',
    });
    return kept ?? fetch(request);
  };
  event.respondWith(find());
});
