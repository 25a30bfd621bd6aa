/** Files of a command: none overwrites another, and none is left half written. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { isImageFile } from '../node/image-folder.js';
import { reasonOf } from '../node/system-error.js';
import { visible } from '../visible.js';
import { finishFiles, note } from './output.js';
import { uninterrupted } from './signals.js';

/** Path that means standard output, for commands that support it. */
export const STANDARD_OUTPUT = '-';

/** File of a command. */
export interface NamedFile {
  /** Name in messages, such as `--out`. */
  readonly name: string;
  /** Path; undefined if the option was not given. */
  readonly path: string | undefined;
}

/** Target of a path. `id` is equal for all paths of one file, and undefined for devices, pipes and folders. */
interface Place {
  readonly name: string;
  readonly path: string;
  readonly id?: string;
  /** Folder of a file that does not exist yet. */
  readonly folder?: string;
}

/**
 * Checks the files of a command before it starts: each output file can be written, and is neither an input file nor another output
 * file, even by another path. Changes nothing.
 *
 * @param reads   files, or folders of images
 * @param writes  files; `-` stands for standard output
 * @throws Error  that names the option and the path
 */
export function checkFiles(reads: readonly NamedFile[], writes: readonly NamedFile[]): void {
  const taken = reads.flatMap(placesRead);
  for (const stream of standardStreams()) taken.push(placeOfItsOwn(stream, taken));
  for (const { name, path } of writes) {
    if (path === undefined || path === STANDARD_OUTPUT) continue;
    taken.push(placeOfItsOwn(placeToWrite(name, path), taken));
    finishFiles();
  }
}

/** Checks that no earlier option names the same file. @throws Error  that names both options */
function placeOfItsOwn(place: Place, taken: readonly Place[]): Place {
  const other = taken.find((known) => isSameFile(known, place));
  if (other === undefined) return place;
  throw new Error(`${shown(place)}: expected a file of its own, got the same one as ${shown(other)}`);
}

function shown({ name, path }: Place): string {
  return path === '' ? name : `${name} ${path}`;
}

function placesRead({ name, path }: NamedFile): Place[] {
  if (path === undefined) return [];
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  // The code that reads the file reports a missing one.
  if (found === undefined) return [];
  if (found.isFile()) return [{ name, path, id: idOf(found) }];
  if (!found.isDirectory()) return [];
  const images = readdirSync(path).filter(isImageFile);
  return images.flatMap((file) => placesRead({ name: 'an image file', path: join(path, file) }));
}

/** Returns the files to which the shell redirects standard output and standard error; often they are the same. */
function standardStreams(): Place[] {
  const [output, error] = [1, 2].map((stream) => fstatSync(stream, { bigint: true })) as [
    BigIntStats,
    BigIntStats,
  ];
  const isOne = idOf(output) === idOf(error);
  return [
    ...(output.isFile() ? [{ name: 'standard output', path: '', id: idOf(output) }] : []),
    ...(error.isFile() && !isOne ? [{ name: 'standard error', path: '', id: idOf(error) }] : []),
  ];
}

function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Checks that a path can be written. @throws Error */
function placeToWrite(name: string, path: string): Place {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return placeOfNew(name, path);
    if (found.isDirectory()) throw failure('EISDIR');
    accessSync(path, constants.W_OK);
    if (!found.isFile()) return { name, path };
    // The rename replaces an entry of this folder.
    accessSync(dirname(realpathSync(path)), constants.W_OK | constants.X_OK);
    return { name, path, id: idOf(found) };
  } catch (cause) {
    throw new Error(`${path}: expected a file that can be written, got ${reasonOf(cause)}`, { cause });
  }
}

function placeOfNew(name: string, path: string): Place {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Error(`a link to ${readlinkSync(path)}, which does not exist`);
  }
  if (path === '' || path.endsWith('/') || path.endsWith(sep)) throw failure('ENOENT');
  const folder = dirname(path);
  accessSync(folder, constants.W_OK | constants.X_OK);
  return { name, path, id: `${idOf(statSync(folder, { bigint: true }))} new`, folder };
}

/** Creates the error that a system call would give. */
function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function isSameFile(a: Place, b: Place): boolean {
  if (a.id === undefined || a.id !== b.id) return false;
  if (a.folder === undefined || b.folder === undefined) return true;
  return isSameName(a.folder, basename(a.path), basename(b.path));
}

/** Returns true if two new names would be one file. Some file systems ignore the case of names. */
function isSameName(folder: string, a: string, b: string): boolean {
  if (a === b) return true;
  const folded = [a, b].map((name) => name.normalize('NFC').toLowerCase());
  if (folded[0] !== folded[1]) return false;
  const prefix = temporaryPath(folder);
  try {
    closeSync(openSync(prefix + a, 'wx'));
    return existsSync(prefix + b);
  } catch {
    // The name is too long to try. The safe answer is that both are one file.
    return true;
  } finally {
    rmSync(prefix + a, { force: true });
  }
}

function temporaryPath(folder: string): string {
  return join(folder, `.evenkeel-${randomBytes(6).toString('hex')}`);
}

/**
 * Writes a file as a whole or not at all: writes a temporary file beside it, syncs it and renames it. Links are followed; mode and
 * owner are kept. A pipe or device is written directly. Signals wait until the file is written.
 *
 * @throws Error  that opens with the path; the file is unchanged then, and the temporary file is removed
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  try {
    uninterrupted(() => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined || found.isFile()) replace(path, content);
      else writeFileSync(path, content);
    });
  } catch (cause) {
    throw new Error(`${path}: cannot be written, ${reasonOf(cause)}`, { cause });
  }
}

/** Writes a file like `writeWhole`, and reports it on standard error. */
export function write(path: string, content: string | Uint8Array): void {
  writeWhole(path, content);
  note(`${visible(path)} written\n`);
}

/** Writes all bytes. write-file-atomic and atomically ignore a short write, so that on a full disk half a file replaces the old one. */
function replace(path: string, content: string | Uint8Array): void {
  const file = new Replacement(path);
  try {
    file.write(content);
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** Writes a file like `writeWhole`, in parts. If a part cannot be produced or written, the file is unchanged. */
export async function writeParts(path: string, parts: AsyncIterable<string>): Promise<void> {
  const cannot = (cause: unknown) => new Error(`${path}: cannot be written, ${reasonOf(cause)}`, { cause });
  const trying = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      throw cannot(cause);
    }
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    const device = trying(() => openSync(path, 'w'));
    try {
      for await (const part of parts) trying(() => writeFileSync(device, part));
    } finally {
      closeSync(device);
    }
    return;
  }
  const file = trying(() => new Replacement(path));
  try {
    for await (const part of parts) trying(() => file.write(part));
    trying(() => uninterrupted(() => file.commit()));
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** Temporary file that takes the place of a file when it is complete. */
class Replacement {
  readonly #target: string;
  readonly #old: Stats | undefined;
  readonly #temporary: string;
  readonly #file: number;
  #isOpen = true;

  constructor(path: string) {
    this.#old = statSync(path, { throwIfNoEntry: false });
    this.#target = this.#old === undefined ? path : realpathSync(path);
    this.#temporary = temporaryPath(dirname(this.#target));
    this.#file = openSync(this.#temporary, 'wx', this.#old?.mode);
  }

  write(content: string | Uint8Array): void {
    writeFileSync(this.#file, content);
  }

  commit(): void {
    if (this.#old !== undefined) keepOwner(this.#file, this.#old);
    fsyncSync(this.#file);
    this.#close();
    try {
      renameSync(this.#temporary, this.#target);
    } catch (error) {
      // A mount point, such as a single file in a container, can be written but not replaced.
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      copyFileSync(this.#temporary, this.#target);
      rmSync(this.#temporary);
    }
    syncFolder(dirname(this.#target));
  }

  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

/** Copies owner and mode. The owner comes first, since changing it clears bits of the mode. Only root may change an owner. */
function keepOwner(file: number, { uid, gid, mode }: Stats): void {
  const now = fstatSync(file);
  if (now.uid !== uid || now.gid !== gid) {
    try {
      fchownSync(file, uid, gid);
    } catch {}
  }
  if (now.mode !== mode) fchmodSync(file, mode);
}

/** Syncs a folder, so that the rename survives a power cut. Windows has no such call for folders. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
