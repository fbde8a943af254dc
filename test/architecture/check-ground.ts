import type { Module } from './import-graph.ts';
import { ERRORS_DESCRIBED_IN } from './rules.ts';
import { lineAt } from './scan-imports.ts';

/** `x instanceof Error ? x.message : …`, whatever follows. */
const INLINE_MESSAGE = /\binstanceof\s+Error\s*\?\s*[\w$.]+\s*\??\.\s*message\b/g;

/** What every side stands on, and no file makes again for itself. */
export function checkGround({ path, bare }: Module): string[] {
  if (path === ERRORS_DESCRIBED_IN) return [];
  return [...bare.matchAll(INLINE_MESSAGE)].map(
    ({ index }) => `inline-message: ${path}:${lineAt(bare, index)}: use messageOf of ${ERRORS_DESCRIBED_IN}`,
  );
}
