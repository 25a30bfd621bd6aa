import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Reads floats from a file into memory without any other copy. */
export function readFloats(path) {
  const file = openSync(path);
  const bytes = new Uint8Array(fstatSync(file).size);
  for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, at);
  closeSync(file);
  return new Float32Array(bytes.buffer);
}

/**
 * Returns the peak memory of this process in bytes. On Linux, `maxRSS` starts at the parent's memory at the fork. Where the kernel
 * reports a peak for this program alone, that is returned instead.
 */
export function peakMemory() {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return 1024 * Number(kilobytes || process.resourceUsage().maxRSS);
}
