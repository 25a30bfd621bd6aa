import { describe, expect, it } from 'vitest';
import { readTable } from '../../playground/page/outside.js';

describe('a table of the visitor', () => {
  it.each([
    ['numbers', 'a,b\n1,2\n3,4\n5,7\n', { inputSize: 1, classes: 0 }],
    ['a name with an equals sign', 'a,b=c\n1,2\n3,4\n5,7\n', { inputSize: 1, classes: 0 }],
    ['a category whose name has an equals sign', 'a,b=c\n1,x\n3,y\n5,x\n', { inputSize: 1, classes: 2 }],
    ['a missing cell, whose row is omitted', 'a,b\n1,2\n,4\n5,7\n3,\n', { inputSize: 1, classes: 0 }],
  ])('has its last column as the target: %s', async (_, text, expected) => {
    const { x, y, ...rest } = await readTable('own.csv', text);
    expect(rest).toMatchObject(expected);
    expect(x).toHaveLength(y.length);
    expect([...x].every(Number.isFinite) && [...y].every(Number.isFinite)).toBe(true);
  });

  it('names the last column in the printed program', async () => {
    const { lines } = await readTable('own.csv', 'a,b=c\n1,x\n3,y\n5,x\n');
    expect(lines.join('\n')).toContain('"target":"b=c"');
  });

  it('names its last column if that cannot be a target', async () => {
    const dates = 'a,when\n1,2020-01-01\n2,2021-05-05\n';
    await expect(readTable('own.csv', dates)).rejects.toThrow(/'when'/);
  });
});
