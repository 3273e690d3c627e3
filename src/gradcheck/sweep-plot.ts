import { plot, dot, lineY, ruleX, text } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Sweep } from './report.js';

/** Smaller errors than this are drawn as this: 0 has no place on a logarithmic axis. */
const FLOOR = 1e-16;

/** The curves of both precisions over the step, on logarithmic axes, as an SVG document. */
export function sweepPlot({ along, points, chosen }: Sweep): string {
  const curves = (['float32', 'float64'] as const).flatMap((precision) =>
    points
      .map((point) => ({ step: point.step, precision, error: Math.max(FLOOR, point[precision]) }))
      .filter(({ error }) => Number.isFinite(error)),
  );
  const ours = [{ step: chosen.step, error: Math.max(FLOOR, chosen.error), label: 'gradlint' }];
  const { document } = parseHTML('<html><body></body></html>');
  const svg = plot({
    document,
    title: undefined,
    width: 720,
    height: 420,
    marginLeft: 60,
    style: { background: 'white', color: '#222' },
    x: { type: 'log', label: `step h (${along})`, tickFormat: 'e', ticks: 7 },
    y: {
      type: 'log',
      label: 'relative error of the difference quotient',
      tickFormat: 'e',
      ticks: 9,
      grid: true,
    },
    color: { domain: ['float32', 'float64'], range: ['#d95f02', '#1b6ca8'] },
    marks: [
      lineY(curves, { x: 'step', y: 'error', stroke: 'precision' }),
      dot(curves, { x: 'step', y: 'error', fill: 'precision', r: 2.5 }),
      text(lastOf(curves), {
        x: 'step',
        y: 'error',
        text: 'precision',
        fill: 'precision',
        dx: -8,
        dy: -10,
        textAnchor: 'end',
      }),
      ruleX(ours, { x: 'step', stroke: '#2a7f3f', strokeDasharray: '4 3' }),
      dot(ours, { x: 'step', y: 'error', fill: '#2a7f3f', r: 4.5, symbol: 'diamond' }),
      text(ours, { x: 'step', y: 'error', text: 'label', fill: '#2a7f3f', dx: 8, textAnchor: 'start' }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

/** Where each curve is labelled: at its left end. */
function lastOf<T extends { precision: string }>(curves: readonly T[]): T[] {
  return ['float32', 'float64']
    .map((name) => curves.filter(({ precision }) => precision === name)[4]!)
    .filter(Boolean);
}
