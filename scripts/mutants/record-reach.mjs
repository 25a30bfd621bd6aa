/** Runs beside each test file and records which functions of src/ it calls and how long it takes. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });

const began = performance.now();

afterAll(async () => {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const called = result.flatMap(({ url, functions }) => {
    const [file] = /src\/[\w/.-]+\.ts/.exec(url) ?? [];
    if (file === undefined || url.includes('node_modules')) return [];
    return functions
      .filter(({ functionName, ranges }) => functionName !== '' && ranges[0].count > 0)
      .map(({ functionName }) => `${file} ${functionName}`);
  });
  const test = relative(process.cwd(), expect.getState().testPath);
  writeFileSync(
    join(process.env.REACH_FOLDER, `${test.replaceAll(/\W/g, '_')}.json`),
    JSON.stringify({ test, milliseconds: performance.now() - began, called: [...new Set(called)] }),
  );
});
