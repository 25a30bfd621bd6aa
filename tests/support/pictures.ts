/** Two diagnoses, sections of lines and the elements of an SVG, which the tests of pictures share. */
import type { Bands } from '../../src/report/index.js';
import { diagnosis } from './reports.js';
import { descendants, parseXml, type XmlElement } from './xml.js';

export const healthy = diagnosis({ forward: 1, verdict: 'healthy', depth: 5 });
export const vanishing = diagnosis({ forward: 0.5, verdict: 'vanishing', depth: 5 });

export function elements(svg: string): XmlElement[] {
  return [...descendants(parseXml(svg))];
}
export const texts = (svg: string) => elements(svg).map(({ text }) => text);

export function bands(series: Bands['panels'][number]['series'], scale: 'log' | 'ln' | 'linear'): Bands[] {
  return [{ kind: 'bands', x: { label: 'layer' }, y: { label: 'variance', scale }, panels: [{ series }] }];
}
