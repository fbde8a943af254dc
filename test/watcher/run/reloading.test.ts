import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { fileMarks } from '../../../settings/files/file-mark.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import { createConfigSource } from '../../../watcher/config/config-source.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import { startWatcher } from '../../../watcher/run/start-watcher.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { hang, type ReceivedRequest, type Receiver, respond, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../../support/watch-config.ts';
import { parseExposition } from '../metrics/exposition.ts';
import { watcherDeps } from './whole-watcher.ts';

/** The looks at the file, and what gives deliveries their time to end, are a fiftieth as long. */
const HURRIED = [1_000, 10_000, 11_000];
const clock = {
  ...systemClock,
  after: (ms: number, callback: () => void) =>
    systemClock.after(HURRIED.includes(ms) ? ms / 50 : ms, callback),
};

type Entry = { readonly name: string; readonly to: Receiver; readonly hooks?: string };

/** Whoever writes the configuration. */
function createOperator() {
  const directory = temporaryDirectory();
  const file = join(directory, 'offhook.yaml');
  const secretOf = (name: string) => join(directory, `${name}.secret`);
  /** As editors do it: nobody sees half of it. */
  function put(path: string, text: string): void {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }
  const entry = ({ name, to, hooks = '[postStart]' }: Entry) => `
  - { name: ${name}, url: "${to.url}", hooks: ${hooks}, signingSecretFile: "${secretOf(name)}", allowHttp: true }`;
  const putSecret = (name: string, secret = SECRET) => put(secretOf(name), secret);
  return {
    ...{ file, putSecret },
    /** @param more lines beside the subscriptions. */
    write(entries: readonly Entry[], more = 'log: { level: debug, format: json }\n') {
      const journal = `dataDir: "${join(directory, 'journal')}"\njournal: { allowVolatile: true }\n`;
      const rest = `${journal}watch: { kubeletEvents: false }\ntenancy: { enabled: false }\nlisten: { port: 0 }\n`;
      put(file, `subscriptions:${entries.map(entry).join('')}\n${rest}${more}`);
    },
    put: (text: string) => put(file, text),
  };
}

type Operator = ReturnType<typeof createOperator>;
type Line = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** Two watchers in a row have the same cluster. */
type Surroundings = Awaited<ReturnType<typeof watcherDeps>>;

async function watch({ file }: Operator, { deps }: Surroundings) {
  const configSource = createConfigSource({
    load: (readFile) => loadConfig({ file, env: {}, readFile }),
    readFile: readBounded,
    marks: fileMarks,
  });
  const read = configSource.load();
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.faults));
  const lines: Line[] = [];
  const log = createWatcherLog('debug', { write: (line) => void lines.push(JSON.parse(line)) });
  const watcher = await startWatcher({ ...deps, config: read.config, configSource, clock, log });
  onTestFinished(() => watcher.stop());
  await until('it is ready', () => watcher.readiness().ready);
  const said = (msg: RegExp) => lines.filter((line) => msg.test(line.msg));
  const rereads = () => said(/^the configuration was read again$/);
  return {
    ...{ watcher, said, rereads },
    /** Until the file was read again, so many times since the start. */
    reread: (times: number) => until('it is read again', () => rereads().length >= times),
    async metric(name: string, labels: Readonly<Record<string, string>> = {}) {
      const text = await (await fetch(`${watcher.healthUrl}/metrics`)).text();
      const { samples = [] } = parseExposition(text).get(name) ?? {};
      const fits = (each: (typeof samples)[number]) =>
        Object.entries(labels).every(([label, value]) => each.labels[label] === value);
      return samples.find(fits)?.value;
    },
  };
}

const podsOf = ({ requests }: Receiver) =>
  requests.map(({ body }) => JSON.parse(body.toString()).data.pod.name);

async function isSignedWith({ headers, body }: ReceivedRequest, secret: string): Promise<boolean> {
  const verifier = await createVerifier({ keys: [secret] });
  const signed = new Headers(headers as Record<string, string>);
  return (await verifier.verify(signed, body, Date.now())).kind === 'verified';
}

test('subscriptions come, go and move with the file, and those that it does not change are not touched', async () => {
  const [kept, gone, moved, there, come] = await Promise.all(
    Array.from({ length: 5 }, () => startReceiver()),
  );
  if (!kept || !gone || !moved || !there || !come) throw new Error('a receiver is missing');
  const operator = createOperator();
  for (const name of ['kept', 'gone', 'moved', 'come']) operator.putSecret(name);
  operator.write([
    { name: 'kept', to: kept },
    { name: 'gone', to: gone },
    { name: 'moved', to: moved },
  ]);
  const surroundings = await watcherDeps([]);
  const { watcher, reread, rereads } = await watch(operator, surroundings);
  const [before] = watcher.subscriptions.all();
  surroundings.runPods('first');
  await Promise.all([kept, gone, moved].map((each) => each.received(1)));
  operator.write([
    { name: 'moved', to: there },
    { name: 'kept', to: kept },
    { name: 'come', to: come },
  ]);
  await reread(1);
  expect(rereads()[0]).toMatchObject({ added: ['come'], removed: ['gone'], changed: ['moved'] });
  expect(watcher.subscriptions.names()).toEqual(['moved', 'kept', 'come']);
  expect(watcher.subscriptions.all()[1]).toBe(before);
  surroundings.runPods('second');
  await Promise.all([kept.received(2), there.received(1), come.received(1)]);
  expect([kept, gone, moved, there, come].map(podsOf)).toEqual([
    ['first', 'second'],
    ['first'],
    ['first'],
    ['second'],
    ['second'],
  ]);
  // On one connection, as before.
  expect(new Set(kept.requests.map(({ remotePort }) => remotePort)).size).toBe(1);
});

test('a secret that was rotated signs what comes then', async () => {
  const receiver = await startReceiver();
  const operator = createOperator();
  operator.putSecret('one');
  operator.write([{ name: 'one', to: receiver }]);
  const surroundings = await watcherDeps([]);
  const { reread, rereads } = await watch(operator, surroundings);
  surroundings.runPods('old');
  await receiver.received(1);
  const rotated = `whsec_${randomBytes(24).toString('base64')}`;
  operator.putSecret('one', rotated);
  await reread(1);
  expect(rereads()[0]).toMatchObject({ added: [], removed: [], changed: ['one'] });
  surroundings.runPods('new');
  const [old, renewed] = await receiver.received(2);
  if (!old || !renewed) throw new Error('a request is missing');
  expect([await isSignedWith(old, SECRET), await isSignedWith(old, rotated)]).toEqual([true, false]);
  expect([await isSignedWith(renewed, SECRET), await isSignedWith(renewed, rotated)]).toEqual([false, true]);
});

test('a faulty file keeps the one before and says once what is wrong, without a secret; a good one is taken', async () => {
  const [one, two] = [await startReceiver(), await startReceiver()];
  const operator = createOperator();
  operator.putSecret('one');
  operator.putSecret('two', 'whsec_dG9vIHNob3J0');
  operator.write([{ name: 'one', to: one }]);
  const surroundings = await watcherDeps([]);
  const { watcher, said, reread, metric } = await watch(operator, surroundings);
  const result = (each: string) => metric('offhook_config_reloads_total', { result: each });
  expect([await result('applied'), await result('faulty')]).toEqual([0, 0]);
  operator.write([
    { name: 'one', to: two },
    { name: 'two', to: two },
  ]);
  const faulty = () => said(/has faults now: the one before stays/);
  await until('it is told', () => faulty().length > 0);
  expect(faulty()[0]).toMatchObject({
    level: 'warn',
    faults: [
      expect.stringMatching(/offhook\.yaml:3:\d+ subscriptions\[1\]\.signingSecretFile: .*24-64 bytes/),
    ],
  });
  expect(JSON.stringify(faulty())).not.toContain('dG9v');
  surroundings.runPods('meanwhile');
  await one.received(1);
  expect(two.requests).toEqual([]);
  expect(watcher.readiness().ready).toBe(true);
  const told = async (each: string) => [
    await result(each),
    await metric('offhook_config_last_reload_successful'),
  ];
  // A scrape is measured once a second.
  const soon = { timeout: 30_000 };
  await expect.poll(() => told('faulty'), soon).toEqual([1, 0]);
  operator.putSecret('two');
  await reread(1);
  surroundings.runPods('then');
  await two.received(2);
  expect(faulty()).toHaveLength(1);
  await until('a scrape is measured anew', () => true);
  await expect.poll(() => told('applied'), soon).toEqual([1, 1]);
});

test('what waits for one that the file loses is given up and told; when the file has it again, it gets what comes then', async () => {
  const [silent, other, again] = [await startReceiver(), await startReceiver(), await startReceiver()];
  silent.answer(hang);
  const operator = createOperator();
  for (const name of ['slow', 'other']) operator.putSecret(name);
  const rest = { name: 'other', to: other, hooks: '[disabled]' };
  operator.write([{ name: 'slow', to: silent }, rest]);
  const surroundings = await watcherDeps([]);
  const { said, reread } = await watch(operator, surroundings);
  surroundings.runPods('lost');
  await silent.received(1);
  operator.write([rest]);
  const [told] = await other.received(1);
  expect(JSON.parse(told?.body.toString() ?? '').data).toMatchObject({
    ...{ subscription: 'slow', why: 'removed from the configuration', deadLetters: 1 },
  });
  expect(said(/^given up/)).toHaveLength(1);
  operator.write([{ name: 'slow', to: again }, rest]);
  await reread(2);
  surroundings.runPods('later');
  await again.received(1);
  expect(podsOf(again)).toEqual(['later']);
});

test('one that comes again soon has lost nothing', async () => {
  const [silent, other, again] = [await startReceiver(), await startReceiver(), await startReceiver()];
  silent.answer(hang);
  const operator = createOperator();
  for (const name of ['slow', 'other']) operator.putSecret(name);
  const rest = { name: 'other', to: other };
  operator.write([{ name: 'slow', to: silent }, rest]);
  const surroundings = await watcherDeps([]);
  const { watcher, said } = await watch(operator, surroundings);
  surroundings.runPods('kept');
  await silent.received(1);
  operator.write([rest]);
  watcher.reload();
  operator.write([{ name: 'slow', to: again }, rest]);
  watcher.reload();
  await again.received(1);
  expect(podsOf(again)).toEqual(['kept']);
  expect(said(/^given up/)).toEqual([]);
});

test('one that its receiver ended stays ended, gone from the file and back, and over a restart only the others are taken up', async () => {
  const [ended, silent, other] = [await startReceiver(), await startReceiver(), await startReceiver()];
  ended.answer(respond(410, {}));
  silent.answer(hang);
  const operator = createOperator();
  for (const name of ['ended', 'silent', 'other']) operator.putSecret(name);
  const rest = { name: 'other', to: other };
  const all = [{ name: 'ended', to: ended }, { name: 'silent', to: silent }, rest];
  operator.write(all);
  const surroundings = await watcherDeps([]);
  const first = await watch(operator, surroundings);
  surroundings.runPods('first');
  await until('the receiver has ended it', () => first.said(/the receiver ended/).length > 0);
  await silent.received(1);
  operator.write([rest]);
  await until('what waited is given up', () => first.said(/^given up/).length > 0);
  await first.watcher.stop();
  silent.answer(202);
  operator.write(all);
  const second = await watch(operator, surroundings);
  expect(second.said(/is in the configuration again/)).toMatchObject([{ subscription: 'silent' }]);
  surroundings.runPods('second');
  await Promise.all([silent.received(2), other.received(2)]);
  operator.write([rest]);
  second.watcher.reload();
  operator.write(all);
  second.watcher.reload();
  surroundings.runPods('third');
  await Promise.all([silent.received(3), other.received(3)]);
  expect(ended.requests).toHaveLength(1);
});

test('what only a restart follows is named once, and the log has its new level at once', async () => {
  const receiver = await startReceiver();
  const operator = createOperator();
  operator.putSecret('one');
  operator.write([{ name: 'one', to: receiver }]);
  const { watcher, said, rereads } = await watch(operator, await watcherDeps([]));
  const level = (name: string) => `log: { level: ${name}, format: json }\n`;
  const more = `cluster: other\negress: { ports: [8443] }\nproxy: none\n`;
  operator.write([{ name: 'one', to: receiver }], `${level('info')}${more}`);
  watcher.reload();
  watcher.reload();
  const told = () => said(/only a restart of the watcher follows/).map(({ keys }) => keys);
  // Nobody asks for egress and the general proxy where there are no tenants.
  expect(told()).toEqual([['cluster']]);
  expect(rereads()).toHaveLength(2);
  operator.write([{ name: 'one', to: receiver }], level('warn'));
  watcher.reload();
  expect(rereads()).toHaveLength(2);
  operator.write([{ name: 'one', to: receiver }], `${level('debug')}standby: { lease: { name: offhook } }\n`);
  watcher.reload();
  expect(told()).toEqual([['cluster'], ['standby']]);
});

test('advice is told when it is new', async () => {
  const receiver = await startReceiver();
  const operator = createOperator();
  operator.putSecret('one');
  operator.write([{ name: 'one', to: receiver }]);
  const { watcher, said } = await watch(operator, await watcherDeps([]));
  watcher.reload();
  expect(said(/plain http|hookFailed/)).toEqual([]);
  operator.write([{ name: 'one', to: receiver, hooks: '[hookFailed, preStop]' }]);
  watcher.reload();
  watcher.reload();
  expect(said(/hookFailed comes from kubelet Events/)).toHaveLength(1);
});

test('a shortened list of a thousand is not written into one line', async () => {
  const receiver = await startReceiver();
  const operator = createOperator();
  const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
  for (const name of ['one', ...names]) operator.putSecret(name);
  operator.write([{ name: 'one', to: receiver }]);
  const { watcher, rereads } = await watch(operator, await watcherDeps([]));
  operator.write(['one', ...names].map((name) => ({ name, to: receiver })));
  watcher.reload();
  expect(rereads()[0]?.added).toHaveLength(51);
  expect(rereads()[0]?.added).toContain('… and 10 more');
});
