import { getSystemErrorMap } from 'node:util';

/** Returns the code of a failed system call with its meaning, `ENOENT (no such file or directory)`, or the message of another error. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  const meaning = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1];
  return meaning === undefined ? code : `${code} (${meaning})`;
}
