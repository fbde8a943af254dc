import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  NO_FILTER,
  nameQuery,
  parseAddress,
} from '../../../../functions/page/model/address/page-address.ts';
import { formatMoment, parseMoment } from '../../../../functions/page/model/address/page-moment.ts';
import { RUN_STATES } from '../../../../functions/page/model/runs/container-run.ts';

const name = fc.option(
  fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }).filter((text) => text === text.trim()),
);
const address = fc.record({
  filter: fc.record({
    ...{ cluster: name, namespace: name, pod: name, container: name },
    outcome: fc.option(fc.constantFrom(...RUN_STATES)),
    problems: fc.boolean(),
  }),
  view: fc.constantFrom('timeline' as const, 'table' as const),
  packed: fc.boolean(),
  byName: fc.boolean(),
});

const PLAIN = { filter: NO_FILTER, view: 'timeline', packed: true, byName: false } as const;

describe('the address of a page', () => {
  it('says all of it, and nothing else', () => {
    fc.assert(
      fc.property(address, (given) => {
        expect(parseAddress(new URLSearchParams(formatAddress(given)))).toEqual(given);
      }),
    );
  });

  it('of the plain page is empty', () => {
    expect(formatAddress(PLAIN)).toBe('');
  });

  it.each(['outcome=bad', 'view=x', 'problems=yes', 'pod=', 'pod=%20', 'token=secret', '%E0%A4%A'])(
    'counts %s as not given',
    (query) => {
      expect(parseAddress(new URLSearchParams(query))).toEqual(PLAIN);
    },
  );

  it('cuts texts that no name can be', () => {
    expect(parseAddress(new URLSearchParams({ pod: 'x'.repeat(5_000) })).filter.pod).toHaveLength(300);
  });

  it('lends requests only what the server filters by', () => {
    const filter = { ...NO_FILTER, namespace: 'a&b', outcome: 'error', problems: true } as const;
    expect(String(nameQuery(filter))).toBe('namespace=a%26b');
  });
});

describe('the moment in an address', () => {
  it('can be read again', () => {
    const moment = { fromMs: 1_795_357_441_000, toMs: 1_795_357_500_000, eventId: 'evt_abc' };
    expect(parseMoment(`#${formatMoment(moment)}`)).toEqual(moment);
  });

  it.each([
    '',
    '#',
    '#from=5',
    '#from=9&to=5',
    '#from=-1&to=5',
    '#from=x&to=5',
    '#event=a%20b',
    '#event=<script>',
  ])('counts %j as not given', (fragment) => {
    expect(parseMoment(fragment)).toEqual({ fromMs: null, toMs: null, eventId: null });
  });
});
