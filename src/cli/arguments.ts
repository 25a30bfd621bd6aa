/** Parsers of the arguments of all commands, and the handling of wrong ones. */
import { type Command, InvalidArgumentError } from 'commander';
import { shortened } from '../errors.js';
import { nearestName } from '../hints.js';
import type { Label } from '../index.js';
import { visible } from '../visible.js';

const WRONG_USAGE = 2;

/** Makes a command, and those added to it afterwards, report errors in one line and exit with status 2. */
export function strict(command: Command): Command {
  return command
    .configureOutput({ outputError: (text, write) => write(`${visible(inOneLine(text))}\n`) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
}

export function inOneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
}

/** Returns an option as it is typed: `--on-missing` for onMissing. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function parseWhole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Expected a whole number ≥ 0.');
  }
  return value;
}

export function parseCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Expected a whole number ≥ 1.');
  }
  return value;
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Expected a number > 0.');
  return value;
}

/** Parses a share of the rows, from 0 to below 1. */
export function parsePart(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError('Expected a number from 0 to below 1.');
  return value;
}

/** Parses units of layers such as `256,64`. */
export function parseUnits(text: string): number[] {
  return text.split(',').map((part) => parseCount(part.trim()));
}

/** Parses names such as `a,b`; a comma within a name is written `\,`. */
export function parseList(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ',').trim());
}

/** Parses units of hidden layers like `parseUnits`; `0` stands for no hidden layer. */
export function parseHidden(text: string): number[] {
  return text.trim() === '0' ? [] : parseUnits(text);
}

/** Parses a seed or a label. Text that looks like a whole number becomes a number; any other text stays a string. */
export function parseLabel(text: string): Label {
  if (!/^-?\d+$/.test(text)) return text;
  const value = Number(text);
  // A string of digits would name another stream than the number.
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected at most 53 bits, or a string.');
  return value;
}

/** Returns a parser that accepts one of the names and otherwise suggests the nearest one. */
export function parseName<Name extends string>(names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const name = names.find((known) => known === text);
    if (name === undefined) {
      throw new InvalidArgumentError(`Did you mean '${nearestName(shortened(text), names)}'?`);
    }
    return name;
  };
}
