import { expect, test } from 'vitest';
import { parseExposition } from './exposition.ts';

const good = '# HELP a_total Help\n# TYPE a_total counter\na_total{x="1"} 2\n';

test('reads what the format allows', () => {
  expect(parseExposition(good).get('a_total')).toEqual({
    type: 'counter',
    help: 'Help',
    samples: [{ name: 'a_total', labels: { x: '1' }, value: 2 }],
  });
});

test.each([
  ['no line feed at the end', good.trimEnd()],
  ['a sample of another family', `${good}b_total 1\n`],
  ['the same series twice', `${good}a_total{x="1"} 3\n`],
  ['a family twice', good + good],
  ['an unquoted label', good.replace('"1"', '1')],
  ['a value that is none', good.replace(' 2', ' two')],
  ['a bare quote in a label', good.replace('"1"', '"1"1"')],
  ['an unknown type', good.replace('counter', 'meter')],
  [
    'a histogram whose count differs',
    '# HELP h H\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n',
  ],
  ['a histogram without +Inf', '# HELP h H\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n'],
])('refuses %s', (_, text) => {
  expect(() => parseExposition(text)).toThrow();
});
