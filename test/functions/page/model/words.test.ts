import { describe, expect, it } from 'vitest';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import { durationWords } from '../../../../functions/page/model/text/number-words.ts';
import { visibleLines, visibleText } from '../../../../functions/page/model/text/visible-text.ts';
import { createMomentFormat } from '../../../../functions/page/model/time/moment-format.ts';
import { describeRun, lastingWords } from '../../../../functions/page/model/words/describe-run.ts';
import { changeWords, signatureWords } from '../../../../functions/page/model/words/signature-words.ts';
import { container, entryOf, handled } from '../support/facts.ts';

const AT = Date.UTC(2026, 10, 22, 14, 0, 0);

describe('words', () => {
  it.each([
    [0, '< 1 ms'],
    [812, '812 ms'],
    [1_000, '1 s'],
    [1_240, '1.2 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_800, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_800, '1 h'],
    [18_720_000, '5 h 12 min'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
    [-300, '−300 ms'],
  ])('for %i ms are %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it('for a signature say verified only where somebody has verified it', () => {
    const signed = { id: 'evt_a', timestamp: '1795357442', signature: 'v1,YWJj v1a,ZGVm', verified: true };
    expect(signatureWords(signed)).toEqual({
      words: '✓ verified when it was received (v1, HMAC-SHA256; v1a, Ed25519)',
      tone: 'good',
    });
    const claims = [
      { ...signed, verified: false },
      { ...signed, verified: undefined as never },
    ];
    for (const claim of claims) {
      expect(signatureWords(claim)).toMatchObject({
        words: expect.stringMatching(/^claimed, not verified: it came over a trusted bus/),
        tone: 'quiet',
      });
    }
    expect(signatureWords(null)).toEqual({ words: 'none: it came over a trusted bus', tone: 'quiet' });
  });

  it('for what was changed say so, and nothing for what was not', () => {
    expect(changeWords('exit_code')).toMatch(/^changed since it was recorded \(exit_code\)/);
    expect(changeWords(undefined)).toBeNull();
  });

  it('for a moment are in the reader’s zone', () => {
    const format = createMomentFormat('America/New_York');
    expect([format.time(AT), format.minutes(AT), format.day(AT), format.full(AT)]).toEqual([
      '09:00:00',
      '09:00',
      '22 Nov',
      'Sun 22 Nov 2026, 09:00:00',
    ]);
  });

  it('for a run are a sentence', () => {
    const one = container({});
    const stop = one.postStop(AT + 69_000, { code: 137, reason: 'OOMKilled', skipped: 2 }, 3);
    const trail = createTrail();
    trail.add([entryOf(one.postStart(AT, 3)), entryOf(stop, [handled(stop, 'givenUp')])]);
    const [lane] = trail.lanes().values();
    const run = lane?.runs[0];
    if (lane === undefined || run === undefined) throw new Error('the trail has a run');
    expect(describeRun(lane, run, { nowMs: AT, format: createMomentFormat('UTC') })).toBe(
      'web-1, container app: out of memory, exit 137 · OOMKilled; started Sun 22 Nov 2026, 14:00:00; ' +
        'ended 14:01:09, 1 min 9 s; restart 3; 2 runs before it were not seen; handler given up.',
    );
  });
});

describe('how long a run lasted', () => {
  const one = container({});
  const unseenStart = { ...one.postStop(AT, { code: 1 }), startedAtMs: null };
  it.each([
    ['whole seconds say no less than one', [one.postStart(AT), one.postStop(AT)], '< 1 s'],
    ['both ends are known', [one.postStart(AT), one.postStop(AT + 3_000)], '3 s'],
    ['only its end was seen', [unseenStart], 'not known'],
    [
      'its start was not seen, its stop was',
      [{ ...one.preStop(AT - 9_000), startedAtMs: null }, unseenStart],
      'at least 9 s',
    ],
    ['its end was not seen', [one.postStart(AT), one.postStart(AT + 5_000, 1)], 'at most 5 s'],
    ['it runs', [one.postStart(AT - 4_000)], '4 s'],
  ])('where %s', (_, facts, words) => {
    const trail = createTrail();
    trail.add(facts.map((each) => entryOf(each)));
    const run = [...trail.lanes().values()][0]?.runs[0];
    if (run === undefined) throw new Error('the trail has a run');
    expect(lastingWords(run, AT)).toBe(words);
  });
});

describe('a text from a cluster', () => {
  it('shows what would hide in it', () => {
    expect(visibleText('a\u202egnp.exe\u200b\u0000\n')).toBe('a⟨202e⟩gnp.exe⟨200b⟩⟨0000⟩⟨000a⟩');
    expect(visibleText('web-1 Ünïcode 世界 🚀')).toBe('web-1 Ünïcode 世界 🚀');
  });

  it('is cut when it is very long', () => {
    expect(visibleText('x'.repeat(100_000))).toHaveLength(300);
  });

  it('of several lines keeps them', () => {
    expect(visibleLines('{\n  "a": "\u202e"\n}')).toBe('{\n  "a": "⟨202e⟩"\n}');
  });
});
