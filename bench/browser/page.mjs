/** In the page: what of the benchmark needs neither Node nor other libraries. */
import { contestants } from '../contestants.mjs';
import { gemm } from '../gemm.mjs';
import { trainingStep } from '../training-step.mjs';

/** @returns the reports, in Markdown */
globalThis.bench = async (settings, print) => {
  const context = { settings, print, runners: await contestants(), peaks: [], peers: [], images: {} };
  const products = await gemm(context);
  const steps = await trainingStep(context);
  return [products.report, steps.report].join('\n\n');
};
