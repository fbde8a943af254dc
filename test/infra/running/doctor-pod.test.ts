import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { readReport } from '../../cli/doctor/support/run-doctor.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { SECRET } from '../../support/watch-config.ts';
import { renderChart, SMALLEST, type Values } from '../helm/render-chart.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { allows, boundRules } from './granted.ts';
import { layOutPod } from './lay-out-pod.ts';
import { startRecordingApi } from './recording-api.ts';

/*
 * The Pod that `helm test` runs, as a process of this machine: its volumes from the rendered objects, its account's
 * permissions those that the chart binds.
 */

type Surroundings = {
  readonly secret?: string;
  readonly status?: number;
  /** Taken away from what the chart grants. */
  readonly forbid?: { readonly verb: string; readonly resource: string }[];
};

async function runDoctorPod(
  values: Values,
  { secret = SECRET, status = 401, forbid = [] }: Surroundings = {},
) {
  const manifests = await renderChart({ ...SMALLEST, ...values }, { namespace: 'default' });
  const pod = podsOf(manifests).find(({ of }) => of === 'Pod/offhook-doctor');
  if (pod === undefined) throw new Error('no Pod for helm test');
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  cluster.api.setAccess({ forbid });
  const api = await startRecordingApi(cluster.url);
  const receiver = await startReceiver();
  receiver.answer(status);
  const laidOut = layOutPod(pod, {
    ...{ manifests, secrets: { 'offhook-signing': { bridge: secret } }, root: temporaryDirectory() },
    // Loopback without TLS needs saying so.
    edit: (text) => text.replace(/( *)url: https:.*/, `$1url: ${receiver.url}\n$1allowHttp: true`),
  });
  const { code, stdout, stderr } = await runOffhook([...laidOut.args, '--json', '--server', api.url], {
    env: laidOut.env,
  });
  const account = pod.spec.serviceAccountName ?? '';
  const rules = boundRules(manifests, account);
  return {
    report: readReport({ code, stdout, stderr }),
    receiver,
    /** What it asked the API server for that the chart does not grant; reviews are everybody's. */
    beyond: api
      .acts()
      .filter(({ resource }) => resource !== 'selfsubjectaccessreviews')
      .filter((act) => !rules.some((rule) => allows(rule, act))),
    asked: api.acts().map(({ verb, resource }) => `${verb} ${resource}`),
  };
}

describe('the Pod of helm test', () => {
  it.each([
    ['a watcher', {}],
    ['a watcher of one namespace', { watch: { namespaces: ['default'] } }],
    ['a standby', { replicas: 2 }],
    ['a watcher a node', { mode: 'per-node' }],
  ] as const)(
    'of %s finds all that is rendered good, with the permissions that are',
    async (_what, values) => {
      const { report, receiver, beyond, asked } = await runDoctorPod(values);
      expect(report.checks.filter(({ status }) => status === 'failed')).toEqual([]);
      expect({ code: report.code, skipped: report.ids('skipped') }).toEqual({ code: 0, skipped: [] });
      expect(report.ids('ok').length).toBeGreaterThan(15);
      expect(beyond).toEqual([]);
      expect(asked).toContain('create selfsubjectaccessreviews');
      expect(receiver.requests).toHaveLength(1);
    },
  );

  it('fails where a permission is missing, and names it', async () => {
    const forbid = [{ verb: 'watch', resource: 'pods' }];
    const { report } = await runDoctorPod({}, { forbid });
    expect(report.code).toBe(1);
    const failed = report.checks.filter(
      ({ group, status }) => group === 'Permissions' && status === 'failed',
    );
    expect(failed).toHaveLength(1);
    expect(failed[0]?.hints).toContain('kubectl auth can-i watch pods --all-namespaces');
  });

  it('fails where the receiver verifies nothing, and where the Secret holds no key', async () => {
    const careless = await runDoctorPod({}, { status: 202 });
    expect(careless.report.code).toBe(1);
    expect(careless.report.check('subscriptions.bridge.signature').status).toBe('failed');
    const keyless = await runDoctorPod({}, { secret: 'whsec_c2hvcnQ=' });
    expect(keyless.report.code).toBe(2);
    expect(keyless.report.checks.find(({ status }) => status === 'failed')).toMatchObject({
      group: 'Configuration',
    });
    expect(keyless.report.output).not.toContain('c2hvcnQ');
    expect(keyless.receiver.requests).toHaveLength(0);
  });
});
