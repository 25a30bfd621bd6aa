/**
 * The subjects of the benchmark by name, in the order of the report. A new one is a file and a row here.
 *
 * @typedef {object} Context
 * @property {{ rounds: number, warmUp: object, quick?: boolean }} settings  passed on to `race`
 * @property {readonly object[]} runners  the builds and backends of this library that the engine runs: contestants.mjs
 * @property {readonly object[]} peaks    contestants that do nothing but arithmetic in registers: peak.mjs
 * @property {readonly object[]} peers    the other libraries that are installed: peers.mjs
 * @property {{ mnist?: object, fashion?: object }} images
 * @property {(line: string) => void} print  shows progress
 *
 * @typedef {object} Measured
 * @property {readonly { id: string, title: string, results: Map<string, object> }[]} [races]
 * @property {Record<string, { min: number, median: number, sd: number }>} [values]  figures that are no races
 * @property {Record<string, string>} [versions]  versions of contestants that are no peers, by name
 * @property {readonly object[]} [lines]  the series of the chart of scaling
 * @property {string} [report]            Markdown that begins with a heading
 *
 * Each subject is a function from Context to a promise of Measured. targets.mjs has the claims about races and values.
 */
import { csv } from './csv.mjs';
import { elementwise } from './elementwise.mjs';
import { epoch } from './epoch.mjs';
import { footprint } from './footprint.mjs';
import { gemm } from './gemm.mjs';
import { inference } from './inference.mjs';
import { initializers } from './initializers.mjs';
import { online } from './online.mjs';
import { predicting } from './predicting.mjs';
import { saturation } from './saturation.mjs';
import { scaling } from './scaling.mjs';
import { threads } from './threads.mjs';
import { trainingStep } from './training-step.mjs';

export const subjects = {
  gemm,
  steps: trainingStep,
  online,
  inference,
  predictor: predicting,
  epochs: epoch,
  initializers,
  elementwise,
  footprint,
  csv,
  saturation,
  scaling,
  threads,
};
