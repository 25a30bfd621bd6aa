/**
 * The browsers that run the checks. Chromium has a driver, which also shows errors of the console. Firefox and WebKit are started on
 * the address with an empty profile, and need no driver. Debian's packages are chromium, firefox-esr, and webkit2gtk-driver with xvfb.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from './chromium.mjs';

const START_TIMEOUT_MS = 30_000;

/** Settings that keep Firefox from asking questions and from requests of its own. */
const firefoxSettings = {
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.tabs.crashReporting.sendReport': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** WebKitGTK has SharedArrayBuffer, but keeps it from isolated pages too. Safari does not. */
const webkitSettings = { JSC_useSharedArrayBuffer: '1' };

/** Browsers by the argument that chooses them. Each is started for each page. */
export const browsers = {
  chromium: async () => {
    const browser = await launch();
    return {
      version: `Chromium ${browser.version()}`,
      open: (url) => openWithDriver(browser, url),
      close: () => browser.close(),
    };
  },
  firefox: async () => {
    const path = found('FIREFOX', ['/usr/bin/firefox-esr', '/usr/bin/firefox'], 'firefox-esr');
    const settings = Object.entries(firefoxSettings).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    );
    return {
      version: versionOf(path).replace('Mozilla ', ''),
      open: (url) =>
        openWithProfile((profile) => {
          writeFileSync(join(profile, 'user.js'), settings.join('\n'));
          return [path, ['--headless', '--no-remote', '--profile', profile, url]];
        }),
      close() {},
    };
  },
  webkit: async () => {
    const path = found('WEBKIT', miniBrowsers(), 'webkit2gtk-driver');
    const display = found('XVFB_RUN', ['/usr/bin/xvfb-run'], 'xvfb');
    return {
      version: versionOf(display, '--auto-servernum', path),
      open: (url) => openWithProfile(() => [display, ['--auto-servernum', path, url]], webkitSettings),
      close() {},
    };
  },
};

/** Paths where Debian has WebKit's small browser, by the version of GTK's interface. */
function miniBrowsers() {
  const apis = ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'];
  return readdirSync('/usr/lib').flatMap((folder) =>
    apis.map((api) => `/usr/lib/${folder}/${api}/MiniBrowser`),
  );
}

function found(variable, paths, name) {
  const path = process.env[variable] ?? paths.find((path) => existsSync(path));
  if (path === undefined)
    throw new Error(`not found; install Debian's ${name}, or set ${variable} to its path`);
  return path;
}

function versionOf(...command) {
  const [path, ...given] = [...command, '--version'];
  return execFileSync(path, given, { encoding: 'utf8' }).trim().split('\n').at(-1);
}

/** Opens a page in a browser process with a new home folder. Closing ends the process and its children. */
function openWithProfile(command, settings = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'evenkeel-browser-'));
  const [path, given] = command(profile);
  const folders = {
    HOME: profile,
    XDG_CACHE_HOME: profile,
    XDG_CONFIG_HOME: profile,
    XDG_DATA_HOME: profile,
  };
  const child = spawn(path, given, {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...folders, ...settings },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    /** Settles if the browser cannot be started or ends by itself. */
    ended: new Promise((resolve) => {
      child.once('error', ({ message }) => resolve(message));
      child.once('exit', (code, signal) => resolve(`the browser ended with ${signal ?? code}`));
    }),
    problems: async () => ({}),
    async close() {
      if (child.pid !== undefined && child.exitCode === null) {
        process.kill(-child.pid, 'SIGTERM');
        await Promise.race([ended, sleep(5000)]);
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function openWithDriver(browser, url) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url, { waitUntil: 'load', timeout: START_TIMEOUT_MS });
  return {
    ended: new Promise((resolve) => page.once('crash', () => resolve('the page crashed'))),
    /** What only a driver sees: errors of the console except expected ones, and workers that still run. */
    async problems({ refusal }) {
      const unexpected = complaints.filter((text) => !refusal?.test(text));
      const workers = await lingering(page);
      return {
        'no errors in the console': unexpected.length > 0 ? unexpected.join('; ') : undefined,
        'no worker outlives its model': workers > 0 ? `there are ${workers}` : undefined,
      };
    },
    close: () => page.close(),
  };
}

/** Counts workers that still run; the browser takes a moment to report an end. */
async function lingering(page) {
  for (let tries = 0; tries < 40 && page.workers().length > 0; tries++) await sleep(50);
  return page.workers().length;
}
