import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const START_TIMEOUT_MS = 30_000;

/** Starts a Chromium without a window; CHROMIUM may name another executable than Debian's. */
export async function launch() {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath}: no such file; install Chromium or set CHROMIUM to its path`);
  }
  return chromium.launch({
    executablePath,
    timeout: START_TIMEOUT_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
