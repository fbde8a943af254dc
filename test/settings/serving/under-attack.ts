import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Kind } from './hostile-clients.ts';

const CLIENTS = fileURLToPath(new URL('./hostile-clients.ts', import.meta.url));
const USUAL_MS = 2_000;
const ATTACK_MS = 6_000;
const WARM_ROUNDS = 12;
const WARM_AT_ONCE = 32;

/**
 * What an honest client lives through, and the server.
 *
 * @property grownMiB by how much the server's resident memory came to lie above what honest load had brought it to.
 * @property answeredMs within which nine of ten honest requests were answered.
 * @property usualMs the same before the attack: how busy this machine is anyway.
 */
export type Attacked = { readonly grownMiB: number; readonly answeredMs: number; readonly usualMs: number };

/**
 * Attacks a server for some seconds, meanwhile asks it honest questions, one after the other.
 *
 * @param pid of the server's process.
 * @param ask one honest request; rejects when it is not answered as it should be.
 * @param warm what makes the server as large as it is on a busy day.
 */
export async function underAttack(
  server: { readonly pid: number; readonly url: string },
  attack: { readonly kind: Kind; readonly count: number },
  ask: () => Promise<void>,
  warm: () => Promise<void> = ask,
): Promise<Attacked> {
  let highest = 0;
  const look = setInterval(() => {
    highest = Math.max(highest, residentMiB(server.pid));
  }, 20);
  try {
    // What V8 takes before it collects anything (some 64 MiB of buffers, for one) is not the attackers' doing.
    for (let round = 0; round < WARM_ROUNDS; round += 1) {
      await Promise.all(Array.from({ length: WARM_AT_ONCE }, warm));
    }
    const usualMs = await mostAnsweredMs(ask, USUAL_MS);
    const honest = highest;
    const answeredMs = await whileAttacked(server.url, attack, ask);
    return { answeredMs, usualMs, grownMiB: highest - honest };
  } finally {
    clearInterval(look);
  }
}

async function whileAttacked(
  url: string,
  { kind, count }: { readonly kind: Kind; readonly count: number },
  ask: () => Promise<void>,
): Promise<number> {
  const args = [CLIENTS, kind, url, String(count)];
  const clients = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(clients.stdout, 'data');
    return await mostAnsweredMs(ask, ATTACK_MS);
  } finally {
    clients.kill('SIGKILL');
    await once(clients, 'close');
  }
}

/** Requests one after the other for so long. */
async function mostAnsweredMs(ask: () => Promise<void>, forMs: number): Promise<number> {
  const tookMs: number[] = [];
  for (const endMs = performance.now() + forMs; performance.now() < endMs; ) {
    const startMs = performance.now();
    await ask();
    tookMs.push(performance.now() - startMs);
    await sleep(50);
  }
  return tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.9)] ?? Number.POSITIVE_INFINITY;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
