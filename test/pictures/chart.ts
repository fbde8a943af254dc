import { formatUnit } from './format-unit.ts';
import type { Line } from './read-dashboard.ts';

const AXIS_WIDTH = 54;
const AXIS_HEIGHT = 15;

/** Lines over time, as SVG. */
export function chart(
  given: readonly Line[],
  look: {
    readonly width: number;
    readonly height: number;
    readonly unit: string;
    readonly stacked: boolean;
    readonly colours: readonly string[];
  },
): string {
  const { width, height, unit, stacked, colours } = look;
  const lines = stacked ? stack(given) : given;
  const all = lines.flatMap(({ points }) => points);
  const [from, to] = [Math.min(...all.map(([time]) => time)), Math.max(...all.map(([time]) => time))];
  const top = niceTop(Math.max(0, ...all.map(([, value]) => value)), unit);
  const x = (time: number) =>
    AXIS_WIDTH + ((time - from) / Math.max(1, to - from)) * (width - AXIS_WIDTH - 4);
  const y = (value: number) => height - AXIS_HEIGHT - (value / top) * (height - AXIS_HEIGHT - 6);
  const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
  const grid = steps.map(
    (value) =>
      `<path d="M${AXIS_WIDTH} ${y(value)}H${width}" stroke="#e8e9ea"/>` +
      `<text x="${AXIS_WIDTH - 6}" y="${y(value) + 3}" text-anchor="end">${formatUnit(value, unit)}</text>`,
  );
  const times = all.length === 0 ? [] : [0.02, 0.5, 0.94].map((share) => from + share * (to - from));
  const clock = times.map(
    (time) =>
      `<text x="${x(time)}" y="${height - 2}">${new Date(time * 1_000).toISOString().slice(11, 19)}</text>`,
  );
  const paths = lines.map(({ points }, index) => {
    const line = points.map(([time, value]) => `${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
    return line === ''
      ? ''
      : `<path d="M${line}" fill="none" stroke="${colours[index]}" stroke-width="1.4"/>`;
  });
  return `<svg width="${width}" height="${height}" font-size="9.5" fill="#666">${grid.join('')}${clock.join('')}${paths.toReversed().join('')}</svg>`;
}

/** Each line on top of those before it. */
function stack(lines: readonly Line[]): readonly Line[] {
  const sums = new Map<number, number>();
  return lines.map(({ name, points }) => ({
    name,
    points: points.map(([time, value]) => {
      const sum = (sums.get(time) ?? 0) + value;
      sums.set(time, sum);
      return [time, sum] as const;
    }),
  }));
}

/** 1, 2 or 5 times a power of ten; of bytes, a power of two. */
function niceTop(value: number, unit: string): number {
  if (value <= 0) return unit === 'percentunit' ? 0.01 : 1;
  if (unit === 'bytes') return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
