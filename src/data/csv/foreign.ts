/** Recognition of files that are often taken for tables of text, by their beginnings. */

/** First bytes, as characters of Latin-1. */
const bytesOf: Readonly<Record<string, string>> = {
  'PK\x03\x04': 'a ZIP file, such as an Excel workbook',
  'ÐÏ\x11à': 'an Excel workbook of the old format',
  'PAR1\x15': 'a Parquet file',
  '%PDF-': 'a PDF file',
  'SQLite format 3\0': 'an SQLite database',
  'ARROW1\0': 'an Arrow file',
  '\x89HDF': 'an HDF5 file',
  '\x93NUMPY': 'a NumPy array',
  '\x89PNG': 'a picture',
  ÿØÿ: 'a picture',
};

const compressed: Readonly<Record<string, string>> = {
  '\x1f\x8b': 'gzip within gzip',
  BZh91AY: 'bzip2',
  '\xfd7zXZ': 'xz',
  '(µ/\xfd': 'zstd',
  '7z¼¯': '7z',
};

const utf32: Readonly<Record<string, string>> = { 'ÿþ\0\0': 'UTF-32', '\0\0þÿ': 'UTF-32' };

const LONGEST_START = 16;

/** Returns what came in place of a table, and the remedy: `expected …, got …; …`. @returns undefined if nothing is recognized */
export function foreignBytes(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, LONGEST_START));
  for (const [names, expected, remedy] of [
    [utf32, 'UTF-8', 'save the table as UTF-8'],
    [compressed, 'plain text or gzip', 'decompress it'],
    [bytesOf, 'a table as text', 'save the table as CSV'],
  ] as const) {
    const found = Object.keys(names).find((one) => start.startsWith(one));
    if (found !== undefined) return `expected ${expected}, got ${names[found]}; ${remedy}`;
  }
  return undefined;
}

/** Beginnings of texts, after blank lines and lines with %, which open ARFF files. */
const texts: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^<(?:!doctype html|html|head|body|table|div|p)[\s>]/i, 'what looks like an HTML page'],
  [/^<(?:\?xml|svg|!doctype|!--|stata_dta)/i, 'what looks like XML'],
  [/^(?:\{\s*["}]|\[\s*[{[])/, 'what looks like JSON'],
  [/^@relation\s/i, 'what looks like an ARFF file'],
  [/^\{\\rtf/, 'an RTF document'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS to the file'],
];
const LONGEST_TEXT = 4096;

/** Returns what came in place of a table as text, and the remedy. @returns undefined if nothing is recognized */
export function foreignText(text: string): string | undefined {
  const start = text
    .slice(0, LONGEST_TEXT)
    .replace(/^(?:[ \t]*(?:%.*)?\r?\n)+/, '')
    .trimStart();
  const found = texts.find(([pattern]) => pattern.test(start));
  return found && `expected a table as text, got ${found[1]}; save the table as CSV`;
}
