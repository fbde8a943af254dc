import * as z from 'zod';
import { byteSize } from '../../settings/byte-size.ts';
import { duration } from '../../settings/duration.ts';
import { expectedUnseen } from '../../settings/expected.ts';
import { egressKey } from '../../settings/outbound/guard/egress-key.ts';
import { proxyKey } from '../../settings/outbound/proxy-key.ts';
import { flag, lineOfText, oneOf, wholeNumber } from '../../settings/scalar.ts';
import type { SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';
import { dnsLabel, dnsSubdomain, nameList } from './name-list.ts';
import { type ParsedSubscription, subscriptionSchema } from './subscription-schema.ts';
import { tenancySchema } from './tenancy-schema.ts';

const MOST_SUBSCRIPTIONS = 1000;
/** Each takes up to three connections to the API server: for its Pods, its Events, and a comparison now and then. */
const MOST_WATCHED = {
  names: 100,
  instead:
    'each is followed by itself. Leave the key out to follow the whole cluster, and name namespaces in the subscriptions',
};

/** The one schema of `offhook.yaml` with the environment's overrides already laid over it. */
export function configSchema(sources: SecretSources) {
  const root = section(
    {
      cluster: lineOfText(253, 'a name for the cluster').optional(),
      dataDir: dataDir(),
      subscriptions: subscriptionList(sources).default([]),
      proxy: proxyKey(sources),
      egress: egressKey({ namespaces: nameList(dnsLabel('a namespace'), 'namespaces') }).prefault({}),
      journal: journalSchema().prefault({}),
      watch: watchSchema().prefault({}),
      standby: standbySchema().optional(),
      tenancy: tenancySchema(sources).prefault({}),
      listen: section({
        port: wholeNumber(0, 65535).default(8080),
        host: lineOfText(253, 'an address or host name to listen on').optional(),
      }).prefault({}),
      log: section({
        level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
        format: oneOf(['auto', 'json', 'pretty']).default('auto'),
      }).prefault({}),
    },
    {
      subscription: 'subscriptions',
      webhooks: 'subscriptions',
      logging: 'log',
      clusterName: 'cluster',
      httpsProxy: 'proxy',
      guard: 'egress',
      outbound: 'egress',
      dataDirectory: 'dataDir',
      directory: 'dataDir',
    },
  );
  return root
    .superRefine(({ subscriptions, watch, standby, tenancy }, context) => {
      // Without a word about objects, nobody would notice that the watcher tells nobody anything.
      if (subscriptions.length === 0 && !tenancy.isAskedFor) {
        const message = `at least one subscription is needed; for subscriptions as objects alone, write tenancy: { enabled: true }`;
        context.addIssue({ code: 'custom', path: ['subscriptions'], message });
      }
      if (standby !== undefined && watch.node !== undefined) {
        const message =
          'and watch.node exclude each other: with one watcher per node nobody stands by for another';
        context.addIssue({ code: 'custom', path: ['standby'], message });
      }
      if (tenancy.isAskedFor && watch.node !== undefined) {
        const message =
          'and watch.node exclude each other: the watchers of all nodes would write to the status of each object';
        context.addIssue({ code: 'custom', path: ['tenancy'], message });
      }
      subscriptions.forEach((subscription, index) => {
        const message = deafness(subscription, watch);
        if (message !== undefined)
          context.addIssue({ code: 'custom', path: ['subscriptions', index], message });
      });
    })
    .meta({
      anyOf: [
        { required: ['subscriptions'], properties: { subscriptions: { minItems: 1 } } },
        {
          required: ['tenancy'],
          properties: { tenancy: { required: ['enabled'], properties: { enabled: { const: true } } } },
        },
      ],
    });
}

export type ParsedConfig = z.output<ReturnType<typeof configSchema>>;

export function dataDir() {
  return lineOfText(4096, 'a directory').default('.offhook');
}

export function journalSchema() {
  return section(
    {
      allowVolatile: flag().default(false),
      retention: duration({ min: '1h', max: '365d' }).prefault('7d'),
      maxBytes: byteSize({ min: '1MiB', max: '1TiB' }).prefault('1GiB'),
    },
    { maxSize: 'maxBytes', quota: 'maxBytes', size: 'maxBytes' },
  );
}

function standbySchema() {
  return section({
    lease: section({
      name: dnsSubdomain('the name of a Lease'),
      namespace: dnsLabel('a namespace').optional(),
    }),
    leaseDuration: duration({ min: '4s', max: '60s' }).prefault('8s'),
  });
}

type ParsedWatch = z.output<ReturnType<typeof watchSchema>>;

function watchSchema() {
  return section({
    namespaces: nameList(dnsLabel('a namespace'), 'namespaces', MOST_WATCHED).optional(),
    kubeletEvents: flag().default(true),
    node: dnsSubdomain('the name of a node').optional(),
    resyncInterval: duration({ min: '10s', max: '1d' }).prefault('10m'),
    replayExisting: flag().default(false),
  });
}

function subscriptionList(sources: SecretSources) {
  return z
    .array(subscriptionSchema(sources), expectedUnseen('a list of subscriptions'))
    .max(MOST_SUBSCRIPTIONS, { error: `expected at most ${MOST_SUBSCRIPTIONS} subscriptions` })
    .superRefine(
      (subscriptions, context) => {
        for (const { index, name } of repeatedNames(subscriptions)) {
          const message = `another subscription is already called ${JSON.stringify(name)}`;
          context.addIssue({ code: 'custom', path: [index, 'name'], message });
        }
      },
      { when: ({ value }) => Array.isArray(value) },
    );
}

function repeatedNames(subscriptions: readonly ParsedSubscription[]): { index: number; name: string }[] {
  const seen = new Set<string>();
  return subscriptions.flatMap((subscription, index) => {
    const name: unknown = subscription?.name;
    if (typeof name !== 'string') return [];
    if (seen.has(name)) return [{ index, name }];
    seen.add(name);
    return [];
  });
}

/** Why a subscription could never hear of a Pod under these `watch` settings. */
function deafness({ namespaces, hooks }: ParsedSubscription, watch: ParsedWatch): string | undefined {
  // Events about the bridge itself belong to no namespace.
  const wantsPods = hooks?.every((hook) => hook === 'gap' || hook === 'disabled') !== true;
  if (wantsPods && watch.namespaces && namespaces?.every((name) => !watch.namespaces?.includes(name))) {
    return 'matches no Pod: none of its namespaces is in watch.namespaces';
  }
  if (!watch.kubeletEvents && hooks?.every((hook) => hook === 'hookFailed')) {
    return 'matches nothing: hookFailed comes from kubelet Events, and watch.kubeletEvents is false';
  }
  return undefined;
}
