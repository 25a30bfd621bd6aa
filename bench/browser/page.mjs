/** Runs in the page the parts of the benchmark that need neither Node nor other libraries. */
import { contestants } from '../contestants.mjs';
import { gemm } from '../gemm.mjs';
import { threads } from '../threads.mjs';
import { trainingStep } from '../training-step.mjs';

/** Runs the subjects. @returns the reports, in Markdown */
globalThis.bench = async (settings, print) => {
  const context = { settings, print, runners: await contestants(), peaks: [], peers: [], images: {} };
  const products = await gemm(context);
  const steps = await trainingStep(context);
  const shared = await threads(context);
  return [products.report, steps.report, shared.report].join('\n\n');
};
