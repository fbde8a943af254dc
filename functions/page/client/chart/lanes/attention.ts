/** Whoever has not moved a hand for so long is thought not to look, as at a screen on a wall. */
const AWAY_AFTER_MS = 60_000;
const ACTIONS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/** Whether somebody looks at the page. */
export function createAttention() {
  let lastMs = performance.now();
  for (const action of ACTIONS) {
    addEventListener(
      action,
      () => {
        lastMs = performance.now();
      },
      { capture: true, passive: true },
    );
  }
  let hidden = false;
  document.addEventListener('visibilitychange', () => {
    hidden ||= document.hidden;
  });
  return {
    /** Also once after the page was out of sight. */
    isAway(): boolean {
      const away = hidden || performance.now() - lastMs > AWAY_AFTER_MS;
      hidden = false;
      return away;
    },
  };
}
