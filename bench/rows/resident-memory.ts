import { readFileSync, writeFileSync } from 'node:fs';

/** Of a process, in MiB: what is in memory, and of that what the kernel cannot take back. */
export type ResidentMemory = { readonly residentMiB: number; readonly anonymousMiB: number };

const LOOK_MS = 100;

/** @throws Error where there is no `/proc`, or no such process. */
export function residentMemory(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { residentMiB: mebibytes(status, 'VmRSS'), anonymousMiB: mebibytes(status, 'RssAnon') };
}

/**
 * The most that a process holds until `work` is done. What is resident is the kernel's own high-water mark; anonymous
 * memory has none, and is looked at ten times a second.
 */
export async function highestMemory(pid: number, work: Promise<unknown>): Promise<ResidentMemory> {
  // Sets the mark back, see proc_pid_clear_refs(5).
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  let anonymousMiB = 0;
  const look = () => {
    anonymousMiB = Math.max(anonymousMiB, residentMemory(pid).anonymousMiB);
  };
  const looking = setInterval(look, LOOK_MS);
  try {
    await work;
  } finally {
    clearInterval(looking);
  }
  look();
  return { residentMiB: mebibytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmHWM'), anonymousMiB };
}

/** The most that was ever resident of a process, in MiB; null when it is gone. */
export function highWaterMark(pid: number): number | null {
  try {
    return mebibytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmHWM');
  } catch {
    return null;
  }
}

function mebibytes(status: string, field: string): number {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc says nothing of ${field}`);
  return Number(kib) / 1024;
}
