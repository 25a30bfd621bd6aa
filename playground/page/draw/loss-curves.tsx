/** Losses of each network by step, on a logarithmic axis. The training loss has a thick line, the test loss a thin one. */
import type { NetworkAnswer } from '../../engine/messages.js';
import { letters } from '../../engine/state.js';
import { digits } from '../numbers.js';
import { Canvas, type Draw } from './canvas.js';
import { axes, inside, line, linear, logarithmic } from './plot.js';

const LEAST_LOSS = 1e-6;
const MOST_LOSS = 1e6;

export function LossCurves({
  networks,
  height,
}: {
  readonly networks: readonly NetworkAnswer[];
  readonly height: number;
}) {
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h);
    const values = networks.flatMap(({ curves }) => (curves ? [...curves.loss, ...curves.testLoss] : []));
    const logs = values.filter((v) => v > 0 && Number.isFinite(v)).map(ln);
    const [low, high] = [Math.min(...logs, Math.log(0.1)), Math.max(...logs, 0)];
    const steps = Math.max(100, ...networks.map(({ step }) => step));
    const x = linear(0, steps, box.left, box.right - 8);
    const y = logarithmic(low - 0.3, high + 0.3, box.bottom, box.top);
    axes(pen, box, x, y, palette, {
      xLabel: 'step',
      yLabel: 'loss',
      xTicks: 4,
      yTicks: Math.max(2, Math.round(h / 50)),
    });
    if (networks.every(({ step }) => step === 0)) {
      pen.textAlign = 'center';
      pen.fillText('Play trains the networks.', (box.left + box.right) / 2, (box.top + box.bottom) / 2);
    }
    for (const [n, { curves }] of networks.entries()) {
      if (!curves) continue;
      const colour = palette.networks[n]!;
      line(pen, box, curves.step, curves.testLoss.map(ln), [x, y], colour, { width: 1, alpha: 0.55 });
      line(pen, box, curves.step, curves.loss.map(ln), [x, y], colour, { width: 2 });
    }
  };
  const parts = networks.map(
    ({ score, step }, n) => `${letters[n]} ${digits(score?.loss)} after ${step} steps`,
  );
  return <Canvas draw={draw} height={height} label={`Training loss: ${parts.join(', ')}`} />;
}

function ln(value: number): number {
  return Math.log(Math.min(MOST_LOSS, Math.max(LEAST_LOSS, value)));
}
