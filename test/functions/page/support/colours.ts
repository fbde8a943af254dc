import { readFileSync } from 'node:fs';

const PROPERTY = /--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g;
const STYLE = new URL('../../../../functions/page/style/tokens.css', import.meta.url);

/** The custom properties of tokens.css that are colours, for a scheme. */
export function readColours(scheme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const found = [...readFileSync(STYLE, 'utf8').matchAll(PROPERTY)];
  return new Map(
    found.map(([, name = '', light = '', dark = '']) => [name, scheme === 'light' ? light : dark]),
  );
}

/**
 * The contrast of two colours, 1 to 21.
 *
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (high + 0.05) / (low + 0.05);
}

/** `share` of the second colour over the first. */
export function mixed(a: string, b: string, share: number): string {
  const over = channels(b);
  const parts = channels(a).map((value, index) => value * (1 - share) + (over[index] ?? 0) * share);
  return `#${parts.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
