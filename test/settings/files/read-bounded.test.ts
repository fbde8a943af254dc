import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { readText } from '../../../settings/files/read-text.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';

function pipe(): string {
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

test('a file is read whole up to the limit, and one byte further', () => {
  const file = join(temporaryDirectory(), 'file');
  for (const size of [0, 1, 99, 100, 101, 200_000]) {
    writeFileSync(file, 'x'.repeat(size));
    expect(readBounded(file, 100)).toHaveLength(Math.min(size, 101));
    expect(readBounded(file, 200_000)).toHaveLength(size);
  }
});

test('a device without an end is too large', () => {
  const before = process.memoryUsage().rss;
  expect(readText('/dev/zero', readBounded, 16 * 1024)).toEqual({
    kind: 'unreadable',
    message: 'is larger than 16 KiB',
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
});

test('a file of /proc, which has no size, is read', () => {
  expect(new TextDecoder().decode(readBounded('/proc/self/status', 65_536))).toContain('Pid:');
});

test('a pipe is read until its writer is done, also one that begins late', () => {
  const path = pipe();
  spawn('sh', ['-c', `sleep 0.2; printf begin > ${path}`]);
  expect(new TextDecoder().decode(readBounded(path, 100))).toBe('begin');
  spawn('sh', ['-c', `exec > ${path}; printf begin; sleep 0.2; printf end`]);
  expect(new TextDecoder().decode(readBounded(path, 100))).toBe('beginend');
});

test('a pipe that nobody writes to, or that has no end, is given up', () => {
  const path = pipe();
  const writer = spawn('sh', ['-c', `exec > ${path}; printf begin; sleep 60`]);
  try {
    for (const from of [pipe(), path]) {
      expect(() => readBounded(from, 100, 300)).toThrow(expect.objectContaining({ code: 'ETIMEDOUT' }));
    }
    const told = readText(pipe(), (file, most) => readBounded(file, most, 0), 100);
    expect(told).toMatchObject({ message: expect.stringContaining('is it a pipe that nobody writes to?') });
  } finally {
    writer.kill();
  }
});

test('what is no file says so', () => {
  const directory = join(temporaryDirectory(), 'directory');
  mkdirSync(directory);
  const messageOf = (path: string) => readText(path, readBounded, 100);
  expect(messageOf(directory)).toMatchObject({ message: 'is a directory, not a file' });
  expect(messageOf(join(directory, 'gone'))).toMatchObject({ message: 'no such file' });
});
