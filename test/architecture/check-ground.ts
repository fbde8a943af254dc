import type { Module } from './import-graph.ts';
import { ERRORS_DESCRIBED_IN, PRODUCT_FOLDERS, READERS_OF_TIME } from './rules.ts';
import { lineAt } from './scan-imports.ts';

/** `x instanceof Error ? x.message : …`, whatever follows. */
const INLINE_MESSAGE = /\binstanceof\s+Error\s*\?\s*[\w$.]+\s*\??\.\s*message\b/g;

/** The machine's clocks and timers; a method of that name, as sockets have it, is none. */
const MACHINE_TIME = [
  /(?<![\w$.]|function\s+)set(?:Timeout|Interval)\s*\(/g,
  /\b(?:window|globalThis|self)\s*\??\.\s*set(?:Timeout|Interval)\b/g,
  /\b(?:Date|performance)\s*\??\.\s*now\b/g,
  /\bnew\s+Date\s*(?:\(\s*\)|(?![\s(]))/g,
];
const TIMER_MODULES = ['node:timers', 'node:timers/promises', 'timers', 'timers/promises'];

/** What every side stands on, and no file makes again for itself: words for errors, and time. */
export function checkGround(module: Module): string[] {
  return [...inlineMessages(module), ...machineTime(module)];
}

function inlineMessages({ path, bare }: Module): string[] {
  if (path === ERRORS_DESCRIBED_IN) return [];
  return [...bare.matchAll(INLINE_MESSAGE)].map(
    ({ index }) => `inline-message: ${path}:${lineAt(bare, index)}: use messageOf of ${ERRORS_DESCRIBED_IN}`,
  );
}

function machineTime({ path, bare, imports }: Module): string[] {
  if (!PRODUCT_FOLDERS.some((folder) => path.startsWith(`${folder}/`))) return [];
  if (Object.keys(READERS_OF_TIME).some((prefix) => path.startsWith(prefix))) return [];
  const used = MACHINE_TIME.flatMap((pattern) =>
    [...bare.matchAll(pattern)].map(({ index }) => lineAt(bare, index)),
  );
  const imported = imports
    .filter(
      ({ specifier, names }) =>
        TIMER_MODULES.includes(specifier ?? '') && /\bset(Timeout|Interval)\b/.test(names),
    )
    .map(({ line }) => line);
  return [...used, ...imported].map((line) => `machine-time: ${path}:${line}: take a Clock, or systemClock`);
}
