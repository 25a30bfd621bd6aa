/** Checks of the visitor's own table: files that cannot be read, notes, the choice of the target, and the numbers of Node. */
import { labLosses, load } from './node-lab.mjs';
import { losses, must, pause, press, stepsOf, until } from './visit.mjs';

const START = 'B=-&h=2';
const MEGABYTE = 2 ** 20;
const rowsOf = (count, row) => Array.from({ length: count }, (_, i) => row(i)).join('\n');
const flowers = `length,width,kind\n${rowsOf(90, (i) => `${(i % 3) + (i % 7) / 5},${(i % 3) * 2 - (i % 5) / 4},${['iris', 'lily', 'rose'][i % 3]}`)}\n`;

const fileOf = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
const choose = (page, name, content) =>
  page.locator('.table-drop input[type=file]').setInputFiles(fileOf(name, content));
const failureOf = (page) => page.locator('.table-drop [role=alert]').textContent();
const chosenData = (page) => page.getByLabel('data', { exact: true }).inputValue();
const target = (page) => page.getByLabel('predict', { exact: true });
const descriptionOf = (page) => page.locator('.table-drop p.small:not([role])').textContent();

/** Chooses a file, and waits until the page predicts a column. */
async function open(page, name, content, column) {
  await choose(page, name, content);
  await until(async () => (await descriptionOf(page)).includes(`“${column}”`), `${column} is predicted`);
}

/** Drops a file on the page. */
const drop = (page, name, content) =>
  page.evaluate(
    ([fileName, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], fileName));
      globalThis.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [name, content],
  );

/** Checks that the losses on the screen are those of Node for the same table and choices. */
async function mustMatchTable(page, name, content, wish) {
  await until(async () => (await stepsOf(page)) > 10, 'some steps');
  await pause(page);
  const { readTable } = await load('engine/data/table.ts');
  const { Lab } = await load('engine/lab.ts');
  const { initialState } = await load('engine/state.ts');
  const lab = new Lab();
  lab.give('table', readTable(name, new Uint8Array(Buffer.from(content)), wish).rows);
  lab.set({ ...initialState, data: 'table', depth: 2, networks: [{}] });
  lab.run(await stepsOf(page));
  const [shown, wanted] = [await losses(page), labLosses(lab)];
  must(wanted.every(Number.isFinite), `Node has ${wanted}`);
  must(`${shown}` === `${wanted}`, `${shown} is not ${wanted}`);
}

/** Files that cannot be read, and what the page says about them. */
const refused = {
  'an empty file': ['', /empty text/],
  'a header alone': ['a,b\n', /expected rows after the header/],
  'one column': ['a\n1\n2\n', /expected a column to learn from/],
  'a binary file': [Uint8Array.from({ length: 2000 }, (_, i) => (i * 7919 + i * i) % 256), /binary file/],
  'a picture': [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /picture/],
  'a target of words that differ': [`a,b\n${rowsOf(40, (i) => `word${i},${i}`)}\n`, /expected a column/],
  'too many classes': [`a,b\n${rowsOf(600, (i) => `${i % 9},k${i % 300}`)}\n`, /300 classes.*at most 100/],
  'one class': ['a,b\n1,x\n2,x\n3,x\n', /same value in every row/],
  'two columns of one name': ['a,a\n1,2\n2,3\n', /columns 0 and 1 have this name/],
  'a number beyond 32 bits': ['a,b\n1,2\n1e300,3\n2,4\n', /too large for 32-bit/],
};

export const checks = {
  'files that cannot be read are refused in words, and the data before stay': async (visit) => {
    const page = await visit.open(START);
    await open(page, 'flowers.csv', flowers, 'kind');
    await until(async () => (await stepsOf(page)) > 5, 'some steps');
    await pause(page);
    const before = [await losses(page), await stepsOf(page)];
    for (const [what, [content, message]] of Object.entries(refused)) {
      await choose(page, 'other.csv', content);
      await until(async () => {
        const shown = page.locator('.table-drop [role=alert]');
        return (await shown.isVisible()) && message.test(await shown.textContent());
      }, `${what}: ${message}`);
      must((await failureOf(page)).includes('other.csv'), `${what}: the file is not named`);
      must((await descriptionOf(page)).includes('flowers.csv: 90 rows'), `${what}: the table is gone`);
      must(`${[await losses(page), await stepsOf(page)]}` === `${before}`, `${what}: the networks changed`);
    }
    await open(page, 'other.csv', 'a,b\n1,2\n3,4\n5,7\n', 'b');
    must((await page.locator('.table-drop [role=alert]').count()) === 0, 'the message stays');
  },

  'a file of more than 100 MB is refused before it is read': async (visit) => {
    const page = await visit.open(START);
    // Playwright passes buffers of at most 50 MB, so the page makes the file itself and drops it.
    await page.evaluate((size) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(size)], 'huge.csv'));
      globalThis.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }, 101 * MEGABYTE);
    await until(async () => /huge.csv has 101 MB/.test(await failureOf(page)), 'the message');
    must((await chosenData(page)) === 'spirals', 'the data changed');
  },

  'a drop in a view without options is answered by a note': async (visit) => {
    for (const view of ['wires', 'bench', 'lessons']) {
      const page = await visit.open(`view=${view}`, { ready: '.stage' });
      await drop(page, 'dates.csv', 'when\n2020-01-01\n2021-05-05\n');
      await page
        .locator('.notes')
        .getByText(/dates.csv.*only dates/)
        .waitFor();
      await drop(page, 'good.csv', 'a,b\n1,2\n3,4\n5,7\n');
      await page
        .locator('.notes')
        .getByText(/good.csv is read/)
        .waitFor();
    }
  },

  'options that change nothing are left out': async (visit) => {
    const page = await visit.open(START);
    const noise = page.getByLabel('noise', { exact: true });
    must((await noise.count()) === 1, 'the spirals have no noise');
    await open(page, 'flowers.csv', flowers, 'kind');
    must((await noise.count()) === 0, 'a table has noise');
    await page.getByLabel('data', { exact: true }).selectOption('digits');
    await until(async () => (await noise.count()) === 0, 'digits without noise');
    must((await page.getByLabel('training share', { exact: true }).count()) === 0, 'digits have a share');
  },

  'a file of 20 MB is read while the networks train and the page draws': async (visit) => {
    const page = await visit.open(START);
    const row = `${'1.25,'.repeat(19)}2\n${'2.5,'.repeat(19)}3\n`;
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      const header = `${Array.from({ length: 20 }, (_, i) => `c${i}`).join(',')}\n`;
      transfer.items.add(new File([header, ...Array(100_000).fill(text)], 'long.csv'));
      globalThis.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }, row);
    await page.getByText('Reading long.csv').waitFor();
    const steps = await stepsOf(page);
    await until(async () => (await stepsOf(page)) > steps, 'training goes on');
    await until(async () => (await chosenData(page)) === 'table', 'the table');
    must(
      (await descriptionOf(page)).includes('long.csv: 200\u2009000 rows of 19 inputs'),
      await descriptionOf(page),
    );
  },

  'ragged rows and missing cells are left out, and the notes say so': async (visit) => {
    const page = await visit.open(START);
    const text = 'a,b,c\n1,2,u\n,4,v\n5\n7,8,v\n8,8,8,8\n9,1,u\n2,2,v\n';
    await open(page, 'ragged.csv', text, 'c');
    must((await descriptionOf(page)).includes('4 rows of 2 inputs'), await descriptionOf(page));
    const notes = await page.locator('.table-drop li').allTextContents();
    for (const part of [
      /1 of 5 rows are left out because cells are missing/,
      /2 unreadable rows/,
      /^Line 4/,
      /^Line 6/,
    ])
      must(
        notes.some((note) => part.test(note)),
        `${part} is not in ${notes.join(' | ')}`,
      );
    await page.locator('.table-drop summary').click();
    must(await page.getByText('2 unreadable rows are left out.').isVisible(), 'the notes do not open');
    await mustMatchTable(page, 'ragged.csv', text, {});
  },

  'the guessed target is named, and another one may be chosen': async (visit) => {
    const page = await visit.open(START);
    await open(page, 'flowers.csv', flowers, 'kind');
    must(/“kind”, 3 classes/.test(await descriptionOf(page)), await descriptionOf(page));
    must((await page.getByLabel('as', { exact: true }).count()) === 0, 'words are offered as numbers');
    await mustMatchTable(page, 'flowers.csv', flowers, {});
    await target(page).selectOption('width');
    await until(async () => /“width”, a number/.test(await descriptionOf(page)), 'width');
    await until(async () => (await stepsOf(page)) === 0, 'new networks');
    must((await page.locator('.scores thead th').count()) === 3, 'a number has an accuracy');
    await press(page, '▶ Play');
    await mustMatchTable(page, 'flowers.csv', flowers, { target: 'width' });
  },

  'a column of numbers may be read as classes': async (visit) => {
    const page = await visit.open(START);
    const text = `a,b,grade\n${rowsOf(80, (i) => `${i % 9},${(i * 7) % 11},${i % 4}`)}\n`;
    await open(page, 'grades.csv', text, 'grade');
    await page.getByLabel('as', { exact: true }).selectOption('category');
    await until(async () => /“grade”, 4 classes/.test(await descriptionOf(page)), 'classes');
    await mustMatchTable(page, 'grades.csv', text, { target: 'grade', kind: 'category' });
  },

  'the table stays when other data are chosen, and can be chosen again': async (visit) => {
    const page = await visit.open(START);
    await open(page, 'flowers.csv', flowers, 'kind');
    await page.getByLabel('data', { exact: true }).selectOption('xor');
    must((await target(page).count()) === 0, 'the target of another table');
    await page.getByLabel('data', { exact: true }).selectOption('table');
    await until(async () => (await target(page).inputValue()) === 'kind', 'the target');
    await mustMatchTable(page, 'flowers.csv', flowers, {});
  },
};
