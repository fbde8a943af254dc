/** @property width in CSS pixels, 1 by default; `dash`: none by default. */
type Stroke = { readonly colour: string; readonly width?: number; readonly dash?: readonly number[] };

/** Strokes what `path` moves along. */
export function strokePath(
  context: CanvasRenderingContext2D,
  { colour, width = 1, dash = [] }: Stroke,
  path: () => void,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  path();
  context.stroke();
  context.setLineDash([]);
}

export function strokeLine(
  context: CanvasRenderingContext2D,
  stroke: Stroke,
  [x1, y1, x2, y2]: readonly [x1: number, y1: number, x2: number, y2: number],
): void {
  strokePath(context, stroke, () => {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  });
}
