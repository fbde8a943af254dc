import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Kind } from './hostile-clients.ts';

const CLIENTS = fileURLToPath(new URL('./hostile-clients.ts', import.meta.url));
const USUAL_MS = 2_000;
const ATTACK_MS = 6_000;
const WARM_ROUNDS = 40;
const WARM_AT_ONCE = 32;

/**
 * What an honest client lives through, and the server.
 *
 * @property grownMiB by how much the server's resident memory grew at most.
 * @property slowestMs the honest request that took longest.
 * @property usualMs the same before the attack: how busy this machine is anyway.
 */
export type Attacked = { readonly grownMiB: number; readonly slowestMs: number; readonly usualMs: number };

/**
 * Attacks a server for some seconds, meanwhile asks it honest questions, one after the other.
 *
 * @param pid of the server's process.
 * @param ask one honest request; rejects when it is not answered as it should be.
 */
export async function underAttack(
  server: { readonly pid: number; readonly url: string },
  attack: { readonly kind: Kind; readonly count: number },
  ask: () => Promise<void>,
): Promise<Attacked> {
  // As busy as on an ordinary day: what V8 takes for that is not the attackers' doing.
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: WARM_AT_ONCE }, ask));
  }
  const usualMs = await slowest(ask, USUAL_MS);
  const before = residentMiB(server.pid);
  const args = [CLIENTS, attack.kind, server.url, String(attack.count)];
  const clients = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let highest = before;
  const look = setInterval(() => {
    highest = Math.max(highest, residentMiB(server.pid));
  }, 20);
  try {
    await once(clients.stdout, 'data');
    return { slowestMs: await slowest(ask, ATTACK_MS), usualMs, grownMiB: highest - before };
  } finally {
    clearInterval(look);
    clients.kill('SIGKILL');
    await once(clients, 'close');
  }
}

/** Of requests one after the other for so long. */
async function slowest(ask: () => Promise<void>, forMs: number): Promise<number> {
  let slowestMs = 0;
  for (const endMs = performance.now() + forMs; performance.now() < endMs; ) {
    const startMs = performance.now();
    await ask();
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    await sleep(50);
  }
  return slowestMs;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
