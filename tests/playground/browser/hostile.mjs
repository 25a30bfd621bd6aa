/** Checks of hostile surroundings: policies, missing files, files that vanish, code that never ends, and damaged links. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, stepsOf, told, until, wordsOf } from './visit.mjs';

const notesOf = (page) => page.locator('.notes').textContent();
const noted = (page, pattern) => until(async () => pattern.test(await notesOf(page)), `the note ${pattern}`);
const failed = (page, pattern) =>
  until(async () => {
    const alert = page.locator('.table-drop [role=alert]');
    return (await alert.count()) > 0 && pattern.test(await alert.textContent());
  }, `the message ${pattern}`);

/** Forgets errors that the browser itself writes to the console about what it refused. */
function forgive(visit, pattern) {
  visit.complaints = visit.complaints.filter((text) => !pattern.test(text));
}

export const checks = {
  'networks train by JavaScript where a policy forbids WebAssembly': async (visit) => {
    const page = await visit.open('', { serviceWorkers: 'block' });
    await page.route('**/*', async (route) => {
      const response = await route.fetch();
      const policy = { 'content-security-policy': "script-src 'self'; worker-src 'self'" };
      await route.fulfill({ response, headers: { ...response.headers(), ...policy } });
    });
    await page.reload();
    await until(async () => (await stepsOf(page)) > 0, 'a step');
    must(/^A \(He\)/.test(await wordsOf(page)), await wordsOf(page));
    forgive(visit, /Content Security Policy/);
  },

  'a worker that never loads is said, and not asked for without end': async (visit) => {
    const page = await visit.open('', { serviceWorkers: 'block' });
    let asked = 0;
    await page.route('**/worker-*.js', async (route) => {
      asked += 1;
      await route.fulfill({ status: 404 });
    });
    await page.reload();
    await noted(page, /does not start .*Reload the page/);
    await page.waitForTimeout(1500);
    must(asked <= 3, `the page asked ${asked} times`);
    forgive(visit, /404/);
  },

  'a frame without its origin says why the page is empty': async (visit) => {
    const page = await visit.open();
    await page.evaluate((address) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.src = address;
      document.body.replaceChildren(frame);
    }, visit.address);
    await page
      .frameLocator('iframe')
      .getByText(/could not be loaded.*own origin/)
      .waitFor();
    forgive(visit, /CORS|ERR_FAILED/);
  },

  'a file that vanished is named, and of two dropped files one is read': async (visit) => {
    const page = await visit.open('B=-&h=1');
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
    writeFileSync(join(folder, 'gone.csv'), 'a,b,c\n1,2,3\n3,4,5\n5,6,1\n');
    await page.locator('.table-drop input[type=file]').setInputFiles(join(folder, 'gone.csv'));
    await page.getByLabel('predict', { exact: true }).waitFor();
    rmSync(folder, { recursive: true });
    await page.getByLabel('predict', { exact: true }).selectOption('a');
    await failed(page, /gone\.csv could not be read: .*moved/);
    await page.evaluate(() => {
      const transfer = new DataTransfer();
      for (const name of ['one.csv', 'two.csv']) transfer.items.add(new File(['a,b\n1,2\n3,4\n5,6\n'], name));
      globalThis.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    });
    await noted(page, /one table at a time.*one\.csv/);
    await page.getByText('one.csv: 3 rows').waitFor();
  },

  'code of a lesson that waits for ever gets a verdict': async (visit) => {
    const page = await visit.open('view=lessons&_n=7', { ready: '.lesson-check textarea' });
    const form = page
      .locator('form')
      .filter({ has: page.locator('textarea') })
      .first();
    await form.locator('textarea').fill('await new Promise(() => {});');
    await form.getByRole('button', { name: 'Check' }).click();
    await until(
      async () => /has not ended after 10 s/.test(await form.locator('[role=status]').textContent()),
      'the verdict',
    );
  },

  'a link with thousands of unknown parts gets a short note': async (visit) => {
    const link = Array.from({ length: 5000 }, (_, i) => `k${i}=1`).join('&');
    const page = await visit.open(link);
    const note = await notesOf(page);
    must(/“k4” is unknown; and 4\u2009995 more\./.test(note), note.slice(0, 300));
  },

  'a link that names network D without C opens, and says so': async (visit) => {
    const page = await visit.open('D=h:3');
    await told(page, /^A \(He\).*B \(N\(0, 1\)\)/);
    await noted(page, /network D: there is no network C/);
  },
};
