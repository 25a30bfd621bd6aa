/** Visitor of the page. Each `open` is a browser of its own; `complaints` collects errors of the console. */
export class Visit {
  /** Errors in the console of any page. */
  complaints = [];
  #browser;
  #address;
  #isolated;
  #contexts = [];

  /**
   * @param address   address of the page without a state
   * @param isolated  address of the same page from a server that isolates it
   */
  constructor(browser, address, isolated) {
    this.#browser = browser;
    this.#address = address;
    this.#isolated = isolated;
  }

  /** Address of the page, without a state. */
  get address() {
    return this.#address;
  }

  /**
   * Opens the page with the text of a link, in a browser of its own, and waits until networks are there.
   *
   * @param link     text of the link, without `#`
   * @param options  options of Playwright for a context; `script`, a function that runs before the scripts of the page; `isolated`,
   *                 true for an isolated page; `ready`, a selector of what the page shows first, default the scores
   */
  async open(link = '', { script, isolated = false, ready = '.scores tbody tr', ...options } = {}) {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    if (script) await page.addInitScript(script);
    await page.goto(`${isolated ? this.#isolated : this.#address}${link === '' ? '' : `#${link}`}`);
    await page.locator(ready).first().waitFor();
    return page;
  }

  /** Ends all pages. */
  async end() {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

/** Presses the button of a name. */
export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).first().click();
}

/** Pauses, and waits until the last answer is on the screen. */
export async function pause(page) {
  const button = page.getByRole('button', { name: /Pause/ });
  if (await button.isVisible()) await button.click();
  await page.waitForTimeout(400);
}

/** Returns the exact losses on the screen: training and test, network by network. */
export function losses(page) {
  return page
    .locator('.scores tbody tr')
    .evaluateAll((rows) =>
      rows.flatMap((row) => [...row.querySelectorAll('td')].slice(0, 2).map((cell) => Number(cell.title))),
    );
}

/** Returns the number of steps on the screen. */
export async function stepsOf(page) {
  return Number((await page.locator('.clock .steps b').textContent()).replace(/\D/g, ''));
}

/** Returns the sentence of the view. */
export function wordsOf(page) {
  return page.locator('.words').textContent();
}

/** Waits until the sentence of the view matches a pattern, and returns it. */
export async function told(page, pattern) {
  await until(async () => pattern.test(await wordsOf(page)), `the sentence ${pattern}`);
  return wordsOf(page);
}

/** Waits until a condition holds. */
export async function until(holds, what, limitMs = 30_000) {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
