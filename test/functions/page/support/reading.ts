import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { parseMoment } from '../../../../functions/page/model/address/page-moment.ts';

/** Asks until the answer is the wanted one. */
export function eventually<T>(read: () => T, { timeout = 15_000, interval = 50 } = {}) {
  return expect.poll(read, { timeout, interval });
}

/** What a reader can tell from the page. */
export const reading = (page: Page) => ({
  plot: page.getByRole('application'),
  /** The stretch of time that its address names; it has to be paused. */
  async view() {
    await eventually(() => new URL(page.url()).hash).toContain('from=');
    // The address follows once the view rests, on a busy machine much later than on an idle one.
    let before = '';
    const rests = () => {
      const same = page.url() === before;
      before = page.url();
      return same;
    };
    await eventually(rests, { interval: 1_200 }).toBe(true);
    const { fromMs, toMs } = parseMoment(new URL(page.url()).hash);
    return { fromMs: fromMs ?? 0, toMs: toMs ?? 0, spanMs: (toMs ?? 0) - (fromMs ?? 0) };
  },
  pods: () => page.locator('.label.lane .pod').allTextContents(),
  strip: () => page.locator('.strip'),
  follow: () => page.getByRole('button', { name: /^Follow/ }),
  live: () => page.locator('#live'),
  details: () => page.locator('#details'),
  /** The run at which the walk by keyboard stands, in words. */
  spot: () => page.locator('.spot:not([hidden])'),
});
