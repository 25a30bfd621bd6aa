/** Headers that isolate a page from other origins. Without them browsers have no SharedArrayBuffer, which threads need. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
