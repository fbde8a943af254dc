import { expect, it } from 'vitest';
import { createGrowingSpan } from '../../../../functions/page/client/opening/growing-span.ts';
import { openingView } from '../../../../functions/page/client/opening/opening-view.ts';
import { advance, followNow, spanOf } from '../../../../functions/page/model/time/time-view.ts';
import { container } from '../support/facts.ts';

const START = Date.UTC(2026, 10, 22, 14, 0, 0);
const MINUTE = 60_000;

const entry = (atMs: number) => ({ ...container({}).postStart(atMs), runs: [] });

/** A page that was opened 20 s after its first event. */
function openPage(first = [entry(START - 20_000)], fragment = '') {
  let nowMs = START;
  let view = openingView(fragment, first, nowMs);
  const hands = new EventTarget();
  const camera = {
    view: () => view,
    follow: (spanMs: number) => {
      view = followNow(spanMs, nowMs);
    },
  };
  const growing = createGrowingSpan({ camera, first, hands, nowMs: () => nowMs });
  return {
    ...{ camera, growing, hands },
    /** The minutes shown after that many minutes since the page was opened. */
    minutesAt: (minutes: number) => {
      nowMs = START + minutes * MINUTE;
      view = advance(view, nowMs);
      growing.update();
      return spanOf(view) / MINUTE;
    },
    pause: () => {
      view = { ...view, following: false };
    },
  };
}

it('grows with the history, up to 15 minutes, and stays there', () => {
  const { minutesAt } = openPage();
  expect([0, 0.5, 1, 4, 5, 14, 15, 40].map(minutesAt)).toEqual([1, 1, 5, 5, 15, 15, 15, 15]);
});

it('grows from the first event of an empty page, and for one that comes late', () => {
  const { minutesAt, growing } = openPage([]);
  expect(minutesAt(10)).toBe(1);
  growing.learn([entry(START + 10 * MINUTE)]);
  expect([10.5, 12].map(minutesAt)).toEqual([1, 5]);
  growing.learn([entry(START)]);
  expect(minutesAt(12)).toBe(15);
});

it.each(['pointerdown', 'keydown', 'wheel'])('never changes by itself after the first %s', (action) => {
  const { minutesAt, hands } = openPage();
  hands.dispatchEvent(new Event(action));
  expect([0.5, 2, 10].map(minutesAt)).toEqual([1, 1, 1]);
});

it('never changes by itself once something else has moved it, even where that ends as it began', () => {
  const { minutesAt, pause, camera } = openPage();
  pause();
  expect(minutesAt(1)).toBe(1);
  camera.follow(MINUTE);
  expect([2, 3].map(minutesAt)).toEqual([1, 1]);
});

it('leaves alone what began with more than 15 minutes', () => {
  const { minutesAt } = openPage([entry(START - 20 * MINUTE)]);
  expect([0, 1, 30].map(minutesAt)).toEqual([60, 60, 60]);
});
