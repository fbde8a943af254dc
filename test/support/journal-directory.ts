import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty directory, removed after the test. */
export function temporaryDirectory(): string {
  return removed(mkdtempSync(join(tmpdir(), 'offhook-test-')));
}

/** The same in memory where the machine has that: for tests that open a journal thousands of times. */
export function volatileDirectory(): string {
  const memory = '/dev/shm';
  return existsSync(memory) ? removed(mkdtempSync(join(memory, 'offhook-test-'))) : temporaryDirectory();
}

function removed(directory: string): string {
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
