import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createEventSource } from '../../../watcher/source/event-source.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { createRecordingSink } from '../../watcher/source/recording-sink.ts';
import { eventually } from './eventually.ts';

/*
 * To be run in a network namespace of its own (`unshare -rn`): makes a second one, with an embedded cluster in it, joined
 * by a virtual cable. Follows the Events there until the watch is quiet, then takes the other end's address away, so
 * that every packet to it is lost without an answer. Writes how long the watch takes to notice, and how it ended, as
 * JSON.
 */

const CLUSTER_PROCESS = fileURLToPath(new URL('./cluster-process.ts', import.meta.url));
const [HERE, THERE] = ['10.99.0.1', '10.99.0.2'];
const [QUIET_MS, PATIENCE_MS] = [3_000, 45_000];

function run(line: string): string {
  const [command = '', ...args] = line.split(' ');
  return execFileSync(command, args, { encoding: 'utf8' });
}

async function lineOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('no output');
  const [line] = await once(createInterface({ input: stdout }), 'line');
  return String(line);
}

const peer = spawn('unshare', ['-n', 'sh', '-c', 'echo up; exec sleep 120'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await lineOf(peer);
const there = `nsenter -t ${peer.pid} -n`;
run(`ip link add here type veth peer name there netns ${peer.pid}`);
run(`ip addr add ${HERE}/24 dev here`);
run(`${there} ip addr add ${THERE}/24 dev there`);
run(`${there} ip link set there up`);
run('ip link set here up');

const [nsenter = '', ...inside] = there.split(' ');
const server = spawn(nsenter, [...inside, process.execPath, CLUSTER_PROCESS, THERE], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const cluster = await loadCluster({ server: await lineOf(server) });
const log = { debug() {}, info() {}, warn() {} };
const source = createEventSource({
  ...{ cluster, clock: systemClock, log },
  sink: createRecordingSink(),
  random: Math.random,
  setAside: quietSetAside(),
});
void source.start();
await eventually('the watch', () => source.status().state === 'watching');
await new Promise((resolve) => setTimeout(resolve, QUIET_MS));

// Its hardware address stays known, or "no route to host" would tell.
const [, mac] = /link\/ether (\S+)/.exec(run(`${there} ip link show there`)) ?? [];
run(`ip neigh replace ${THERE} lladdr ${mac} dev here nud permanent`);
const cutAt = performance.now();
run(`${there} ip addr flush dev there`);
const giveUpAt = cutAt + PATIENCE_MS;
while (Object.keys(source.status().restarts).length === 0 && performance.now() < giveUpAt) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const { error, restarts } = source.status();
console.log(JSON.stringify({ noticedMs: performance.now() - cutAt, error, restarts }));
server.kill('SIGKILL');
peer.kill('SIGKILL');
process.exit(0);
