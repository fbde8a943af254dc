import { evaluate, parse as parseCel } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { neededPermissions } from '../../../watcher/run/needed-permissions.ts';
import { pick } from '../manifests/manifest.ts';
import { boundRules } from '../running/granted.ts';
import { renderChart, SMALLEST, type Values } from './render-chart.ts';
import { FENCING } from './variants.ts';

const watch = { kubeletEvents: true, resyncIntervalMs: 600_000, replayExisting: false };

/** What is granted, as `verb group/resource in namespace`. */
async function granted(values: Values): Promise<string[]> {
  const rules = boundRules(await renderChart({ ...SMALLEST, ...values }), 'offhook');
  return rules.flatMap(({ rule, namespace }) =>
    rule.verbs.flatMap((verb) =>
      rule.resources.map((resource) => `${verb} ${rule.apiGroups.join()}/${resource} in ${namespace}`),
    ),
  );
}

function needed(namespaces: readonly string[] | undefined, secretNamespaces: readonly string[]): string[] {
  const config = { watch: { ...watch, ...(namespaces && { namespaces }) }, tenancy: { secretNamespaces } };
  return neededPermissions(config, null).map(({ verb, group, resource, subresource, namespace }) => {
    const part = subresource === undefined ? '' : `/${subresource}`;
    return `${verb} ${group}/${resource}${part} in ${namespace ?? ''}`;
  });
}

describe('the permissions of the watcher', () => {
  it('are those that subscriptions as objects take, and no others', async () => {
    const values = { tenancy: { secretNamespaces: ['shop', 'pay'] } };
    expect((await granted(values)).sort()).toEqual(needed(undefined, ['shop', 'pay']).sort());
  });

  it('are in the watched namespaces only, where there are some', async () => {
    const values = { watch: { namespaces: ['shop', 'pay'] }, tenancy: { secretNamespaces: ['shop'] } };
    expect((await granted(values)).sort()).toEqual(needed(['shop', 'pay'], ['shop']).sort());
  });

  it('let nobody list or watch Secrets', async () => {
    const acts = await granted({ tenancy: { secretNamespaces: ['shop'] } });
    expect(acts.filter((act) => act.includes('/secrets '))).toEqual(['get /secrets in shop']);
  });
});

describe('the roles of people', () => {
  it('let admins of a namespace write its HookSubscriptions, and its editors where that is wanted', async () => {
    const labelsOf = async (edit: boolean) =>
      pick(await renderChart({ ...SMALLEST, tenancy: { edit } }), 'ClusterRole', 'offhook-subscriptions-edit')
        .metadata.labels;
    const toEdit = 'rbac.authorization.k8s.io/aggregate-to-edit';
    expect(await labelsOf(false)).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' });
    expect(await labelsOf(false)).not.toHaveProperty([toEdit]);
    expect(await labelsOf(true)).toHaveProperty([toEdit], 'true');
  });
});

describe('the signing key of namespaces', () => {
  it('is made anew where there is none, as the watcher takes it, and not where one is named', async () => {
    const made = pick(await renderChart(SMALLEST), 'Secret', 'offhook-tenancy');
    const text = Buffer.from(made.data?.['signing-key'] ?? '', 'base64').toString();
    expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const named = await renderChart({ ...SMALLEST, tenancy: { signingKey: { name: 'keys', key: 'now' } } });
    expect(named.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const config = parse(pick(named, 'ConfigMap', 'offhook-config').data?.['offhook.yaml'] ?? '');
    expect(config.tenancy.signingKeyFile).toBe('/etc/offhook/tenancy/signing-key');
  });
});

describe('the fence around Services', () => {
  const rendering = renderChart(SMALLEST, FENCING);
  const policy = async () => {
    const { spec = {} } = pick(await rendering, 'ValidatingAdmissionPolicy');
    const [condition] = spec.matchConditions as { expression: string }[];
    const [validation] = spec.validations as { expression: string; messageExpression: string }[];
    if (condition === undefined || validation === undefined) throw new Error('an empty policy');
    return { condition: condition.expression, ...validation };
  };

  it('concerns subscriptions whose target is a Service, and no others', async () => {
    const { condition } = await policy();
    const concerns = (target: object) => evaluate(condition, { object: { spec: { target } } });
    expect(concerns({ service: { name: 'receiver', port: 80 } })).toBe(true);
    expect(concerns({ url: 'https://a.example.com/' })).toBe(false);
  });

  // Who is allowed is asked of the API server's own authorizer: that part runs on a real server only.
  it('asks for the verb use-service-target, and says so', async () => {
    const { expression, messageExpression } = await policy();
    expect(() => parseCel(expression)).not.toThrow();
    expect(expression).toContain("check('use-service-target')");
    const request = { namespace: 'billing', userInfo: { username: 'jane' } };
    expect(evaluate(messageExpression, { request })).toBe(
      'user jane needs the verb use-service-target on hooksubscriptions in namespace billing',
    );
  });
});
