/** Tests of the built `evenkeel show activation`: text, files, several names, and wrong ones. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { explainActivation } from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';
import { toHTML, toSVG, toText } from '../../src/report/index.js';

const program = join(fileURLToPath(new URL('../..', import.meta.url)), 'build', 'cli', 'evenkeel.js');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-show-'));
afterAll(() => rmSync(folder, { recursive: true }));

function show(...args: string[]) {
  const run = spawnSync(process.execPath, [program, 'show', 'activation', ...args], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '1' },
  });
  // Node warns of the two variables from version 22 on.
  const errors = run.stderr.replace(/^\(node:\d+\) Warning: The 'NO_COLOR' .*\n\(Use .*\n/, '');
  return { status: run.status, text: run.stdout, errors };
}

describe('evenkeel show activation', () => {
  it('plots an activation in plain characters', () => {
    const { status, text, errors } = show('gelu');
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(text).toBe(toText(explainActivation('gelu')));
    expect(text).not.toContain('\u001b');
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('writes the files that are asked for', () => {
    const [svg, html, json] = ['svg', 'html', 'json'].map((kind) => join(folder, `tanh.${kind}`));
    const { status } = show('tanh', '--svg', svg!, '--html', html!, '--json', json!);
    expect(status).toBe(0);
    const explanation = explainActivation('tanh');
    expect(readFileSync(svg!, 'utf8')).toBe(toSVG(explanation));
    expect(readFileSync(html!, 'utf8')).toBe(toHTML(explanation));
    expect(JSON.parse(readFileSync(json!, 'utf8'))).toEqual(JSON.parse(JSON.stringify(explanation)));
  });

  it('sets several beside each other', () => {
    const { status, text } = show('relu', 'swish');
    expect(status).toBe(0);
    expect(text).toContain('relu beside swish');
    expect(text).toContain('Properties: swish');
  });

  it.each([
    [['gellu'], "Did you mean 'gelu'?"],
    [['softmax'], "command-argument value 'softmax' is invalid"],
    [[], 'missing required argument'],
    [['relu', 'nope'], "Did you mean '"],
  ])('refuses %j', (args, message) => {
    const { status, text, errors } = show(...args);
    expect({ status, text }).toEqual({ status: 2, text: '' });
    expect(errors).toContain(message);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is shown in the document', () => {
    const text = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    const shown = text.split('\n## show activation\n')[1]!.split('```text\n')[1]!.split('\n…')[0]!;
    const lines = toText(explainActivation('tanh')).split('\n');
    const plot = lines.findIndex((line) => line.includes('|'));
    expect(shown).toBe([lines[1], '', ...lines.slice(plot, plot + 20)].join('\n'));
  });

  it('refuses another part', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'show', 'activations', 'relu'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain("Did you mean 'activation'?");
  });

  it('lists all names in its help', () => {
    const { text } = show('--help');
    for (const name of activationNames.filter((name) => name !== 'softmax')) {
      expect(text).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});
