import type { Palette } from '../dom/palette.ts';

/** Hatchings, which say without colour what is what. */
export type Patterns = {
  readonly oomKilled: CanvasPattern | string;
  readonly unknown: CanvasPattern | string;
  readonly gap: CanvasPattern | string;
  readonly unloaded: CanvasPattern | string;
};

export function createPatterns(palette: Palette, ratio: number): Patterns {
  const { oomKilled, unknown } = palette.bars;
  return {
    oomKilled: stripes(oomKilled.text, [6, 1.6, 0.4], ratio),
    unknown: stripes(unknown.edge, [6, 1, 0.55], ratio),
    gap: stripes(palette.hatch, [8, 1, 0.45], ratio),
    unloaded: stripes(palette.line, [10, 1, 1], ratio),
  };
}

type Hatching = readonly [size: number, line: number, alpha: number];

/** Diagonal lines on a tile of `size` pixels, sharp at the screen's pixel ratio. */
function stripes(colour: string, [size, line, alpha]: Hatching, ratio: number) {
  const tile = document.createElement('canvas');
  const pixels = Math.max(1, Math.round(size * ratio));
  tile.width = pixels;
  tile.height = pixels;
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = line * ratio;
  context.beginPath();
  for (const shift of [-pixels, 0, pixels]) {
    context.moveTo(shift - pixels / 2, pixels * 1.5);
    context.lineTo(shift + pixels * 1.5, -pixels / 2);
  }
  context.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(size / pixels));
  return pattern ?? colour;
}
