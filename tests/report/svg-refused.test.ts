/** Tests the reports and options that toSVG refuses. */
import { describe, expect, it } from 'vitest';
import { type Report, toSVG } from '../../src/report/index.js';
import { healthy } from '../support/pictures.js';
import { history } from '../support/reports.js';

describe('toSVG refuses', () => {
  it.each([
    [undefined, TypeError, /^report: expected a diagnosis.*got undefined/],
    [7, TypeError, /got 7/],
    [{}, TypeError, /^report: expected a diagnosis.*got an object \(Object\)/],
    [{ kind: 'diagnosis', layers: [] }, TypeError, /^report.layers: expected those of a diagnosis/],
    [{ loss: [1, 2] }, TypeError, /^report: expected a diagnosis.*got an object \(Object\)/],
    [{ kind: 'history' }, TypeError, /^report\.loss: expected those of a history, got undefined/],
    [{ kind: 'modelExplanation', layers: [] }, TypeError, /^report\.layers: .*a model explanation, got none/],
    [{ kind: 'experiment', charts: [] }, TypeError, /^report\.tables: expected those of an experiment/],
    [{ kind: 'comparison' }, TypeError, /^report\.reports: expected an array of reports/],
    [{ kind: 'propagation' }, TypeError, /^report.layers: expected those of a propagation, got undefined/],
    [{ kind: 'portrait' }, TypeError, /got an object of kind 'portrait'/],
    [{ kind: 'diagnosis' }, TypeError, /^report.layers: expected those of a diagnosis, got undefined/],
    [[{ kind: 'pie' }], TypeError, /^report\[0\]\.kind: expected one of prose, table, bands.*got 'pie'/],
    [{ kind: 'page', title: '' }, TypeError, /^report\.sections: expected an array/],
    [
      { labels: ['a'], reports: [healthy, healthy] },
      RangeError,
      /^report\.labels: expected 2, one per report, got 1/,
    ],
    [
      { labels: ['a', 'b'], reports: [healthy, history(1)] },
      TypeError,
      /^report\.reports\[1\]: expected a diagnosis like reports\[0\], got a history/,
    ],
    [
      { labels: 'ab', reports: [healthy, healthy] },
      TypeError,
      /^report\.labels: expected an array of strings, got 'ab'/,
    ],
    [{ labels: [], reports: [] }, TypeError, /^report\.reports/],
    [[{ kind: 'prose', text: ['only words'] }], RangeError, /^report: has no chart to draw/],
  ])('%j', (report, Kind, message) => {
    const call = () => toSVG(report as Report);
    expect(call).toThrow(Kind);
    expect(call).toThrow(message);
  });

  it.each([
    [{ theme: 'drak' }, TypeError, /^theme: unknown name 'drak'; did you mean 'dark'/],
    [{ width: 100 }, RangeError, /^width: expected a whole number ≥ 240, got 100/],
    [{ height: '300' }, TypeError, /^height: /],
    [{ heigth: 300 }, TypeError, /^options\.heigth: unknown option; did you mean 'height'/],
  ])('the option %j', (options, Kind, message) => {
    const call = () => toSVG(healthy, options as object);
    expect(call).toThrow(Kind);
    expect(call).toThrow(message);
  });
});
