/**
 * Runs `npm run bench:tables -- FOLDER`: measures `evenkeel train` on a folder of tables, beside the results of others.
 *
 * The folder has NAME-S-train.csv.gz and NAME-S-test.csv.gz for splits S = 0, 1, …, with the target `y`. `results.json`, if it
 * exists, has `kind` for each NAME and, by contestant, { logLoss, accuracy } or { r2 }, means over the splits. Options after
 * FOLDER go to `evenkeel train`, to measure other settings: `npm run bench:tables -- FOLDER --ensemble 1`. Prints Markdown.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../build/cli/evenkeel.js', import.meta.url));
/** Contestants that ranks are computed with; others in the results are only shown. */
const RIVALS = ['logistic or ridge regression', 'MLP, early stopping'];
/** Distance to the best of them that still counts as equal. */
const MARGIN = 0.02;

const print = (line) => process.stdout.write(`${line}\n`);

const [folder, ...options] = process.argv.slice(2);
if (folder === undefined || folder.startsWith('-')) {
  process.stderr.write(
    'expected a folder of tables: npm run bench:tables -- FOLDER [options of evenkeel train]\n',
  );
  process.exit(2);
}
const results = existsSync(join(folder, 'results.json'))
  ? JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))
  : {};
const splits = readdirSync(folder).flatMap(
  (file) => /^(.+)-(\d+)-train\.csv\.gz$/.exec(file)?.slice(1, 3).join('-') ?? [],
);
const names = [...new Set(splits.map((split) => split.replace(/-\d+$/, '')))];
const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-tables-'));

/** Runs the command on a split and returns the test figures that it prints. */
function measure(split) {
  const [train, test] = ['train', 'test'].map((part) => join(folder, `${split}-${part}.csv.gz`));
  const args = ['train', train, '--target', 'y', '--test', test, '--out', join(scratch, 'model'), ...options];
  const stdout = execFileSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = /^\d+ test rows: (.*)$/m.exec(stdout)[1];
  const measures = Object.fromEntries(line.split(', ').map((part) => part.split(' ')));
  return measures.r2 === undefined
    ? { logLoss: Number(measures.loss), accuracy: Number(measures.accuracy) }
    : { r2: Number(measures.r2) };
}

const mean = (values) => values.reduce((sum, value) => sum + value / values.length, 0);
const rows = names.map((name) => {
  const measured = splits.filter((split) => split.replace(/-\d+$/, '') === name).map(measure);
  const own = Object.fromEntries(
    Object.keys(measured[0]).map((key) => [key, mean(measured.map((one) => one[key]))]),
  );
  process.stderr.write(`${name} ${JSON.stringify(own)}\n`);
  const others = Object.fromEntries(
    Object.entries(results[name] ?? {}).filter(([, value]) => typeof value === 'object'),
  );
  return { name, measure: own.r2 === undefined ? 'logLoss' : 'r2', own, others };
});
rmSync(scratch, { recursive: true });

/** Returns a figure as a number of which less is better. */
const badness = (row, of) => (of === undefined ? undefined : row.measure === 'r2' ? -of.r2 : of.logLoss);
const written = (row, of) => (of === undefined ? '' : of[row.measure].toFixed(3));

const contestants = [...new Set(rows.flatMap(({ others }) => Object.keys(others)))];
const ranked = rows.map((row) => {
  const rivals = RIVALS.map((rival) => badness(row, row.others[rival]));
  const own = badness(row, row.own);
  const all = [own, ...rivals].filter((value) => value !== undefined);
  const rank = (value) => (value === undefined ? undefined : 1 + all.filter((other) => other < value).length);
  const best = Math.min(...rivals.filter((value) => value !== undefined));
  return { ranks: [own, ...rivals].map(rank), gap: own - best };
});

print(
  `| table | measure | evenkeel | ${contestants.join(' | ')} | distance to the best of ${RIVALS.length} |`,
);
print(`|---|---|--:|${contestants.map(() => '--:|').join('')}--:|`);
for (const [i, row] of rows.entries()) {
  const { gap } = ranked[i];
  const miss = gap > MARGIN ? `**${gap.toFixed(3)}**` : gap > 0 ? gap.toFixed(3) : '';
  const others = contestants.map((one) => written(row, row.others[one]));
  const what = row.measure === 'r2' ? 'r²' : 'log-loss';
  print(`| ${row.name} | ${what} | ${written(row, row.own)} | ${others.join(' | ')} | ${miss} |`);
}
const meanRank = (c) =>
  mean(ranked.map(({ ranks }) => ranks[c]).filter((rank) => rank !== undefined)).toFixed(2);
const within = ranked.filter(({ gap }) => gap <= MARGIN).length;
print(
  `\nMean rank: evenkeel ${meanRank(0)}${RIVALS.map((rival, r) => `, ${rival} ${meanRank(r + 1)}`).join('')}.`,
);
print(`No worse than the best of these by more than ${MARGIN} on ${within} of ${rows.length} tables.`);
