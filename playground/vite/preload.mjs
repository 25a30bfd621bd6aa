/** Lets the browser fetch the application while it paints the still page, which imports the application only afterwards. */

/** Returns the plugin of Vite that writes the link into the built page. */
export function preloadPlugin() {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.values(bundle)
          .filter(({ isDynamicEntry }) => isDynamicEntry)
          .map(({ fileName }) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
            injectTo: 'head',
          })),
    },
  };
}
