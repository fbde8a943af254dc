import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksBetween } from '../../../../functions/page/model/time/ticks.ts';
import {
  advance,
  followNow,
  pan,
  reveal,
  spanOf,
  stretch,
  type TimeView,
  zoom,
} from '../../../../functions/page/model/time/time-view.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);
const HOUR = 3_600_000;
const bounds = { nowMs: NOW, earliestMs: Number.NEGATIVE_INFINITY };
const past: TimeView = { fromMs: NOW - 3 * HOUR, toMs: NOW - 2 * HOUR, following: false };

describe('the view', () => {
  it('follows the present with a little room to the right', () => {
    const view = followNow(HOUR, NOW);
    expect(spanOf(view)).toBe(HOUR);
    expect(view.toMs).toBeGreaterThan(NOW);
    expect(advance(view, NOW + 5_000).fromMs).toBeCloseTo(view.fromMs + 5_000, 3);
  });

  it('stands still once it was moved', () => {
    const moved = pan(followNow(HOUR, NOW), -60_000, bounds);
    expect(moved.following).toBe(false);
    expect(advance(moved, NOW + 5_000)).toBe(moved);
  });

  it('zooms around a moment, which keeps its place on screen', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (factor, place) => {
          const atMs = past.fromMs + place * spanOf(past);
          const { fromMs, toMs } = zoom(past, { atMs, factor }, { ...bounds, nowMs: NOW + 999 * HOUR });
          expect((atMs - fromMs) / (toMs - fromMs)).toBeCloseTo(place, 6);
        },
      ),
    );
  });

  it('zooms around the present while it follows, and goes on following', () => {
    const view = zoom(followNow(HOUR, NOW), { atMs: NOW - HOUR, factor: 0.5 }, bounds);
    expect(view).toEqual(followNow(HOUR / 2, NOW));
  });

  it('has a span between a second and 60 days, whatever is done to it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1_000, noNaN: true }), { maxLength: 20 }),
        (factors) => {
          const view = factors.reduce(
            (current, factor) => zoom(current, { atMs: current.fromMs, factor }, bounds),
            past,
          );
          expect(spanOf(view)).toBeGreaterThanOrEqual(999);
          expect(spanOf(view)).toBeLessThanOrEqual(60 * 24 * HOUR + 1);
        },
      ),
    );
  });

  it('is not lost in the future or before the beginning', () => {
    const known = { nowMs: NOW, earliestMs: NOW - 10 * HOUR };
    expect(pan(past, 99 * HOUR, known).fromMs).toBeLessThan(NOW);
    expect(pan(past, -99 * HOUR, known).toMs).toBeGreaterThan(known.earliestMs);
  });

  it('shows a stretch whole, and a moment without moving more than it must', () => {
    const shown = stretch(NOW - 2 * HOUR, NOW - HOUR, bounds);
    expect(shown.fromMs).toBeLessThan(NOW - 2 * HOUR);
    expect(shown.toMs).toBeGreaterThan(NOW - HOUR);
    expect(reveal(past, NOW - 2.5 * HOUR, bounds)).toBe(past);
    expect(reveal(past, NOW - 5 * HOUR, bounds).fromMs).toBeLessThan(NOW - 5 * HOUR);
  });
});

describe('the ticks of the time axis', () => {
  const labelled = (fromMs: number, spanMs: number, zone = 'UTC') =>
    ticksBetween(fromMs, fromMs + spanMs, { room: 12, timeZone: zone }).ticks.filter(
      ({ kind }) => kind !== 'minor',
    );

  it('stand on round times and leave room for their words, at every zoom', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 60 * 24 * HOUR }),
        fc.integer({ min: 1, max: 20 }),
        (spanMs, room) => {
          const { ticks, stepMs } = ticksBetween(NOW, NOW + spanMs, { room, timeZone: 'UTC' });
          const shown = ticks.filter(({ kind }) => kind !== 'minor');
          expect(shown.length).toBeLessThanOrEqual(room + 1);
          expect(ticks.length).toBeLessThan(room * 8 + 16);
          for (const { atMs } of shown) if (stepMs < 24 * HOUR) expect(atMs % stepMs).toBe(0);
        },
      ),
    );
  });

  it('mark the beginning of a day in the reader’s zone', () => {
    const days = labelled(NOW, 24 * HOUR, 'Asia/Kolkata').filter(({ kind }) => kind === 'day');
    expect(days.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(['2026-11-22T18:30:00.000Z']);
  });

  it('keep to local hours across a change of the clocks', () => {
    const from = Date.UTC(2026, 9, 24, 12, 0, 0);
    const hours = labelled(from, 48 * HOUR, 'Europe/Berlin').map(({ atMs }) =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        hour: '2-digit',
        minute: '2-digit',
      }).format(atMs),
    );
    expect(new Set(hours)).toEqual(new Set(['18:00', '00:00', '06:00', '12:00']));
  });
});
