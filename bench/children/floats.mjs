import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Floats from a file into memory, with nothing else on the way. */
export function readFloats(path) {
  const file = openSync(path);
  const bytes = new Uint8Array(fstatSync(file).size);
  for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, at);
  closeSync(file);
  return new Float32Array(bytes.buffer);
}

/**
 * The most memory that this process has had at a time, in bytes. Linux's `maxRSS` starts at what the parent had when it
 * forked, so the figure is the kernel's own for this program alone, where there is one.
 */
export function peakMemory() {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return 1024 * Number(kilobytes || process.resourceUsage().maxRSS);
}
