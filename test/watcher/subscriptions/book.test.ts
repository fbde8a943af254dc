import { expect, test } from 'vitest';
import { createBook } from '../../../watcher/subscriptions/book.ts';

const called = (name: string, concurrency = 1) => ({ name, filter: {}, concurrency });

test('hands the subscriptions back as they came, in their order', () => {
  const all = [called('b', 4), called('a')];
  const book = createBook(all);
  expect(book.all()).toBe(all);
  expect(book.names()).toEqual(['b', 'a']);
});

test('tells each listener what has gone and what has come; one that was changed is both', () => {
  const [kept, gone, before, after, come] = [
    called('kept'),
    called('gone'),
    called('changed'),
    called('changed', 2),
    called('come'),
  ];
  const book = createBook([kept, gone, before]);
  const heard: unknown[] = [];
  book.onChange((change) => heard.push(['first', change, book.names()]));
  book.onChange((change) => heard.push(['second', change, book.names()]));
  book.replace([come, kept, after]);
  const change = { removed: [gone, before], added: [come, after] };
  const names = ['come', 'kept', 'changed'];
  expect(heard).toEqual([
    ['first', change, names],
    ['second', change, names],
  ]);
});

test('is silent about another order, but for the order', () => {
  const [a, b] = [called('a'), called('b')];
  const book = createBook([a, b]);
  const heard: unknown[] = [];
  book.onChange((change) => heard.push(change));
  book.replace([b, a]);
  expect(heard).toEqual([]);
  expect(book.names()).toEqual(['b', 'a']);
});

test('tells no more to who has left', () => {
  const book = createBook([called('a')]);
  const heard: unknown[] = [];
  const leave = book.onChange((change) => heard.push(change));
  leave();
  book.replace([]);
  expect(heard).toEqual([]);
});

test('refuses two of one name, and stays as it was', () => {
  const twice = [called('a'), called('b'), called('a')];
  const refusal = new RangeError('two subscriptions are called a');
  expect(() => createBook(twice)).toThrow(refusal);
  const book = createBook([called('c')]);
  expect(() => book.replace(twice)).toThrow(refusal);
  expect(book.names()).toEqual(['c']);
});
