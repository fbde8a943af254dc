import { describe, expect, test } from 'vitest';
import { blankSource } from './blank-source.ts';
import { checkNames } from './check-names.ts';
import type { Module } from './import-graph.ts';

const modules = (files: Record<string, string>): Module[] =>
  Object.entries(files).map(([path, source]) => ({
    path,
    imports: [],
    functions: [],
    bare: blankSource(source).bare,
    codeLines: 1,
  }));

function violationsOf(product: Record<string, string>, others: Record<string, string> = {}): string[] {
  const held = modules(product);
  return checkNames(held, [...held, ...modules(others)]);
}

const USES = { 'test/x.test.ts': 'open(); read(); close(); handler();' };

describe('a name', () => {
  test('is there once', () => {
    expect(violationsOf({ 'watcher/open.ts': 'export function open() {}' }, USES)).toEqual([]);
  });

  test('is not given to two files in different folders', () => {
    const files = { 'watcher/a/open.ts': 'export const open = 1;', 'cli/open.ts': 'export const read = 1;' };
    expect(violationsOf(files, USES)).toEqual(['file-named-alike: open.ts: cli/open.ts, watcher/a/open.ts']);
  });

  test.each([
    'export async function open() {}',
    'export class open {}',
    'export type open = 1;',
    'export interface open {}',
    'export abstract class open {}',
  ])('is not given to two exports: %s', (second) => {
    const files = { 'watcher/a.ts': 'export const open = 1;', 'functions/b.ts': second };
    expect(violationsOf(files, USES)).toEqual(['export-named-alike: open: functions/b.ts, watcher/a.ts']);
  });

  test('may be given to both forms of one function, and to what is seen from two places with a reason', () => {
    const overloads = 'export function open(a: 1): void;\nexport function open(a: 2): void;';
    const wings = {
      'functions/platforms/aws/entry/run.ts': 'export const handler = 1;',
      'functions/platforms/aws/entry/receive.ts': 'export const handler = 2;',
      'functions/platforms/node/run.ts': overloads,
    };
    expect(violationsOf(wings, USES)).toEqual([]);
  });

  test('in a comment or a string is none', () => {
    const files = {
      'watcher/a.ts': '/*\nexport const open = 1;\n*/',
      'cli/b.ts': '`\nexport const open = 1;\n`',
    };
    expect(violationsOf(files)).toEqual([]);
  });
});

describe('an export', () => {
  test('is used by another file, a test at least', () => {
    const files = { 'watcher/a.ts': 'export const open = 1;', 'watcher/b.ts': 'export const read = open;' };
    expect(violationsOf(files)).toEqual(['needless-export: watcher/b.ts: read']);
    expect(violationsOf(files, USES)).toEqual([]);
  });

  test('of the contract needs no user yet', () => {
    expect(violationsOf({ 'protocol/a.ts': 'export const open = 1;' })).toEqual([]);
  });
});
