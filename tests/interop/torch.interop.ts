/** 16-bit floats of the library beside those of PyTorch. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/index.js';
import { inFolder, pythonWith, runPython } from './python.js';

const python = pythonWith('torch');
const PROGRAM = `
import numpy, torch
x = torch.from_numpy(numpy.fromfile('x.bin', dtype='<f4'))
for name, dtype in [('F16', torch.float16), ('BF16', torch.bfloat16)]:
    x.to(dtype).view(torch.int16).numpy().astype('<i2').tofile(name)
`;

it.skipIf(python === undefined)('PyTorch rounds 32-bit floats to the same bits', () => {
  inFolder((folder) => {
    // Numbers of all sizes within F16, and many in the middle of two. PyTorch rounds 64-bit floats twice.
    const draws = new Rng('halves').split('value').normal(200_000);
    const values = Float32Array.from(draws, (value, i) => {
      const power = 2 ** ((i % 40) - 26);
      return i % 2 === 0 ? value * power : (Math.round(value * 64) / 64) * power;
    }).filter((value) => Math.abs(value) < 65504);
    writeFileSync(join(folder, 'x.bin'), new Uint8Array(values.buffer));
    runPython(python!, PROGRAM, [], folder);
    for (const dtype of ['F16', 'BF16'] as const) {
      const file = writeSafetensors({ x: { shape: [values.length], values } }, {}, { dtype });
      const expected = new Uint8Array(readFileSync(join(folder, dtype)));
      expect(Buffer.compare(file.slice(file.length - expected.length), expected), dtype).toBe(0);
      expect(readSafetensors(file).tensors.get('x')!.dtype).toBe(dtype);
    }
  });
});
