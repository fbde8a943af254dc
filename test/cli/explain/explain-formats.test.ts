import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startOffhook } from '../../support/offhook-process.ts';

const explain = (stdin: string) => startOffhook(['explain', '-'], { stdin }).ended();

const lines = readFileSync(join(import.meta.dirname, '../../fixtures/traces/plain.ndjson'), 'utf8')
  .trim()
  .split('\n');
const pods = lines
  .map((line) => JSON.parse(line) as { stream: string; event: { object: object } })
  .filter(({ stream }) => stream === 'pods')
  .map(({ event }) => event.object);

it.each([
  ['a manifest', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n'],
  ['what kubectl -o yaml prints', '---\nobject:\n  kind: Pod\ntype: ADDED\n'],
  ['a list', '\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n'],
])('YAML, %s, is one line that says what to do', async (_, stdin) => {
  const { code, stdout, stderr } = await explain(stdin);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    'offhook explain: stdin: this is YAML; it reads JSON: kubectl get pods -w -o json --output-watch-events | offhook explain -\n',
  );
});

it('a table is one line, too', async () => {
  const { code, stderr } = await explain('NAME   READY   STATUS\nweb    1/1     Running\n');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^offhook explain: stdin: this is a table for people; it reads JSON: kubectl .*\n$/);
});

it('a List of Pods is explained, and says that one moment shows no change', async () => {
  const { code, stdout, stderr } = await explain(
    JSON.stringify({ kind: 'List', items: pods.slice(-1) }, null, 2),
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/postStop|postStart/);
  expect(stderr).toMatch(
    /^offhook explain: stdin: a list has each Pod once, as it stands; .*--output-watch-events\n$/,
  );
});

it.each([
  [{ kind: 'List', items: [{ kind: 'Deployment' }, { kind: 'Service' }] }, '2 objects'],
  [{ kind: 'DeploymentList', items: [{ metadata: { name: 'a' } }] }, '1 object'],
])('a List without Pods says that', async (list, count) => {
  const { code, stderr } = await explain(JSON.stringify(list));
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^offhook explain: stdin: ${count}, and no Pod or Event among them: kubectl .*\n$`),
  );
});

it('a recording is explained without a hint', async () => {
  const { code, stderr } = await explain(`${lines.join('\n')}\n`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
