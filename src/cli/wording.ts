/** Translation of the library's option names in messages into those of the command. */

/** Options that only a config file can set. */
const ofConfig = 'maxCategories|onBadRow';
/** Pattern of a value in a message. */
const value = "'[^']*'|true|false";

type Word = readonly [pattern: RegExp, replacement: string | ((...match: string[]) => string)];

/** Names of arguments, with which a message opens. */
const openings: readonly Word[] = [
  [/^like: /, ''],
  [/^validationData\[2\]: every row/, 'classWeight: every row that validates'],
];

const words: readonly Word[] = [
  [/^(--currency: expected) true, false or an array of currency marks/, '$1 currency marks without digits'],
  [/\bonMissing: '(\w+)'/g, '--on-missing $1'],
  [/\bonUnknown: '(\w+)'/g, '--on-unknown $1'],
  [/\bencoding: '([^']*)'/g, '--encoding $1'],
  [
    /\b(decimal|thousands|delimiter|comment|quote): '((?:[^']|'(?='))*)'/g,
    (_, name, mark) => `--${name} ${quoted(mark!)}`,
  ],
  // Several options of one remedy stand one after the other.
  [/\b(percent|currency): true(, (?=--|currency))?/g, (_, name, more) => `--${name}${more ? ' ' : ''}`],
  [/\bdayFirst: true\b/g, '--day-first'],
  [/\bdayFirst: false\b/g, '--no-day-first'],
  [/\bcomment: false\b/g, '--no-comment'],
  [/\bheader: true\b/g, '--header'],
  [/\bheader: false\b/g, '--no-header'],
  [/\bcolumns: \{ (\w+): '(\w+)' \}/g, '--kinds $1=$2'],
  [/\bcolumns: \{ '([^']*)': '(\w+)' \}/g, "--kinds '$1=$2'"],
  [/\badd it to `missing`/g, 'name it in --missing'],
  [/\{ name: '(\w+)'(, …)? \}/g, '{ "name": "$1"$2 }'],
  [
    new RegExp(`\\b((?:${ofConfig}): (?:${value})(?:, (?:${ofConfig}): (?:${value}))*)`, 'g'),
    (_, options) => `"data": { ${asJson(options!)} } in a --config file`,
  ],
  [/\bmaxCategories says how many/g, '"data": { "maxCategories": … } in a --config file says how many'],
];

/** Quotes a mark for a shell. */
function quoted(mark: string): string {
  return mark.includes("'") ? `"${mark}"` : `'${mark}'`;
}

function asJson(options: string): string {
  return options.replace(/(\w+): /g, '"$1": ').replace(/'([^']*)'/g, (_, text) => JSON.stringify(text));
}

/**
 * Returns a message of the library with the command's own options: `onMissing: 'mean'` becomes `--on-missing mean`.
 *
 * @param opensWithPath  true for a message about a file, whose name may be that of an option
 */
export function inCommandWords(text: string, opensWithPath = false): string {
  return [...(opensWithPath ? [] : openings), ...words].reduce(
    (message, [pattern, replacement]) => message.replace(pattern, replacement as string),
    text,
  );
}
