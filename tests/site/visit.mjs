/** Visits pages of the site in Chromium. */
import axe from 'axe-core';

/** Opens a page in a context. Collects errors, and requests to anything but the page's own site. */
async function open(context, address, path) {
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => {
    // Chromium takes no symbols from another file: there. A script of the page brings them.
    if (!/^file:.*icons\.svg$/.test(request.url())) faults.push(`not loaded: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) faults.push(`request to ${url}`);
  });
  await page.goto(address + path);
  await page.locator('#tsd-nav-container a').first().waitFor({ state: 'attached' });
  return { page, faults };
}

/**
 * Lists what is wrong with a page: errors, requests elsewhere, sideways scrolling, pictures that do not
 * load. With `audited`, also what axe-core finds.
 */
export async function faultsOf(context, address, path, { audited = false } = {}) {
  const { page, faults } = await open(context, address, path);
  const found = await page.evaluate(async () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const pictures = [...document.images].map(async (image) => {
      image.loading = 'eager';
      await image.decode().catch(() => {});
      return image.naturalWidth > 0 ? [] : [`picture ${image.src} is not shown`];
    });
    const wide = scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} of ${clientWidth} px`] : [];
    return [...wide, ...(await Promise.all(pictures)).flat()];
  });
  const violations = audited ? await violationsOf(page) : [];
  await page.close();
  return [...faults, ...found, ...violations];
}

/** Rules that TypeDoc's theme breaks: the menu of modules.html has links within the headings that unfold. */
const broken = ['nested-interactive'];

/** Lists what axe-core finds wrong with a page. */
async function violationsOf(page) {
  await page.evaluate(axe.source);
  const rules = Object.fromEntries(broken.map((id) => [id, { enabled: false }]));
  const { violations } = await page.evaluate(
    (rules) => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'], rules }),
    rules,
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))}`,
  );
}

/** Searches for names of functions and for words of documents, and follows a result. Returns what is wrong. */
export async function searched(browser, address) {
  const context = await browser.newContext();
  const { page, faults } = await open(context, address, 'index.html');
  for (const [words, title] of [
    ['meanField', /meanField/],
    ['dieharder', /Random numbers/],
  ]) {
    await page.locator('#tsd-search-trigger').click();
    await page.locator('#tsd-search-input').fill(words);
    const first = page.locator('#tsd-search-results a').first();
    await first.waitFor();
    await first.click();
    await page.waitForLoadState();
    if (!title.test(await page.title())) faults.push(`'${words}' leads to '${await page.title()}'`);
  }
  await context.close();
  return faults;
}
