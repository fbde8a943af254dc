/** Runs `draw` at the next frame, once, however often it is asked for. */
export function createFrameLoop(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
