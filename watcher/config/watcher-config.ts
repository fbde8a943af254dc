import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import type { SigningSecret } from '../../protocol/signature/signing-secret.ts';
import type { EgressGuard, EgressRules } from '../../settings/outbound/guard/create-guard.ts';
import { toEgressRules } from '../../settings/outbound/guard/egress-key.ts';
import type { ProxyFor } from '../../settings/outbound/http-proxy.ts';
import { type EnvironmentProxies, generalProxy, proxyUnder } from '../../settings/outbound/proxy-rules.ts';
import type { Secret } from '../../settings/secret.ts';
import type { ServiceEndpoints } from '../delivery/service-endpoints.ts';
import type { ParsedConfig } from './config-schema.ts';
import { toFilter } from './event-selection.ts';
import type { ConfiguredHeader } from './subscription-headers.ts';
import type { ConfiguredOAuth2 } from './subscription-oauth2.ts';
import type { ParsedSubscription } from './subscription-schema.ts';
import type { ConfiguredTls } from './subscription-tls.ts';
import type { TenancyConfig } from './tenancy-schema.ts';

/** Everything the watcher is told, checked and frozen. Times end in Ms; a key that is absent means "all". */
export type WatcherConfig = {
  /** Name of the cluster in events; when absent, the name of the kubeconfig context. */
  readonly cluster?: string;
  readonly subscriptions: readonly SubscriptionConfig[];
  /** Where requests may go whose URLs tenants have written; subscriptions of the file go wherever they say. */
  readonly egress: EgressRules;
  readonly journal: {
    /** Relative to the working directory. */
    readonly directory: string;
    /** Accept a directory that does not survive a reboot (tmpfs). */
    readonly allowVolatile: boolean;
    /** How long delivered events and dead letters are kept. */
    readonly retentionMs: number;
    /** How large the journal may become. */
    readonly maxBytes: number;
  };
  readonly watch: {
    readonly namespaces?: readonly string[];
    readonly kubeletEvents: boolean;
    /** Only the Pods of this node, for one watcher per node. */
    readonly node?: string;
    readonly resyncIntervalMs: number;
    /** Emit postStart for what already runs at the first start. */
    readonly replayExisting: boolean;
  };
  /** One of several replicas, of which the one that holds the Lease delivers; absent: this watcher is alone. */
  readonly standby?: {
    /** Without a namespace: that of the kubeconfig's context, or of the Pod. */
    readonly lease: { readonly name: string; readonly namespace?: string };
    readonly leaseDurationMs: number;
  };
  /** Which proxy leads to a URL that is no file's subscription's; absent: none does. */
  readonly proxyFor?: ProxyFor;
  /** Subscriptions as objects of the cluster; absent: they are not followed, as with `watch.node`. */
  readonly tenancy?: TenancyConfig;
  /** Where `/livez` and `/readyz` listen; port 0 takes any free one. */
  readonly listen: { readonly port: number; readonly host: string };
  readonly log: { readonly level: ParsedConfig['log']['level']; readonly format: 'auto' | 'json' | 'pretty' };
};

/** One subscription: which events, where to, and how patiently. */
export type SubscriptionConfig = {
  readonly name: string;
  readonly filter: SubscriptionFilter;
  readonly target: ConfiguredWebhook | ConfiguredBus | UnknownPlace;
  /** Whose it is: the namespace of a HookSubscription; absent: the operator's own. Shares and quotas are by tenant. */
  readonly tenant?: string;
  /** Nothing goes out now, events go on being journalled; absent: it is delivered. */
  readonly held?: 'suspended' | 'unready';
  readonly ordering: 'none' | 'container';
  /** 1 to 256 deliveries at the same time. */
  readonly concurrency: number;
  /** Attempts in any minute; absent: as many as there are. */
  readonly maxPerMinute?: number;
  /** Deadline of one attempt, 1,000 to 30,000. */
  readonly timeoutMs: number;
  /** Waits between attempts, the first of which is immediate and not listed; absent: the default schedule. */
  readonly retryScheduleMs?: readonly number[];
  /** Drop a preStop past its deadline instead of delivering it late. */
  readonly dropExpired: boolean;
  /** Which proxy leads to a URL of this subscription; absent: none does. */
  readonly proxyFor?: ProxyFor;
};

export type ConfiguredWebhook = {
  readonly kind: 'webhook';
  /** Normalised; can hold a token in its path, so it belongs in no message. */
  readonly url: string;
  readonly secret: Secret<SigningSecret>;
  /** Keys that also sign during a rotation, at most three. */
  readonly previousSecrets: readonly Secret<SigningSecret>[];
  readonly bearerToken?: Secret<string>;
  /** In place of {@link bearerToken}. */
  readonly oauth2?: ConfiguredOAuth2;
  /** Sent with each event. A value that is not written in a configuration is a secret there, too. */
  readonly headers?: readonly ConfiguredHeader[];
  readonly allowHttp: boolean;
  readonly tls?: ConfiguredTls;
  /** A target in the cluster: where connections go in place of the name in the URL. */
  readonly service?: ServiceEndpoints;
  /** Decides where its requests may go; absent: the operator has written the URL. */
  readonly guard?: EgressGuard;
};

/** What the subscription refers to was not found yet: only what is held can be so. */
type UnknownPlace = { readonly kind: 'unknown' };

type ConfiguredBus = {
  readonly kind: 'eventBridge';
  readonly busName: string;
  readonly region?: string;
  readonly endpoint?: string;
};

/**
 * The typed configuration from what the schema accepted.
 *
 * @param defaults `host` stands in for an absent `listen.host`, `proxies` for an absent `proxy`.
 */
export function toWatcherConfig(
  parsed: ParsedConfig,
  defaults: { readonly host: string; readonly proxies: EnvironmentProxies },
): WatcherConfig {
  const { cluster, dataDir, journal, watch, standby, listen, log } = parsed;
  const { resyncInterval, namespaces, node, ...watching } = watch;
  const proxyFor = generalProxy(parsed.proxy, defaults.proxies);
  return deepFreeze({
    ...present({ cluster }),
    subscriptions: parsed.subscriptions.map((each) => toSubscription(each, proxyFor)),
    egress: toEgressRules(parsed.egress),
    journal: {
      directory: dataDir,
      allowVolatile: journal.allowVolatile,
      retentionMs: journal.retention,
      maxBytes: journal.maxBytes,
    },
    watch: { ...watching, ...present({ namespaces, node }), resyncIntervalMs: resyncInterval },
    ...present({ standby: standby && toStandby(standby) }),
    // With a watcher on each node, all of them would write to the status of each object.
    ...present({ tenancy: node === undefined ? (parsed.tenancy.config ?? undefined) : undefined }),
    proxyFor,
    listen: { port: listen.port, host: listen.host ?? defaults.host },
    log,
  });
}

function toStandby({ lease, leaseDuration }: NonNullable<ParsedConfig['standby']>) {
  const { name, namespace } = lease;
  return { lease: { name, ...present({ namespace }) }, leaseDurationMs: leaseDuration };
}

function toSubscription(parsed: ParsedSubscription, general: ProxyFor): SubscriptionConfig {
  const { name, ordering, concurrency, dropExpired } = parsed;
  return {
    name,
    filter: toFilter(parsed),
    target: toTarget(parsed),
    ordering,
    concurrency,
    timeoutMs: parsed.timeout,
    ...present({ retryScheduleMs: parsed.retrySchedule, maxPerMinute: parsed.maxPerMinute }),
    dropExpired,
    proxyFor: proxyUnder(parsed.proxy, general),
  };
}

function toTarget(parsed: ParsedSubscription): ConfiguredWebhook | ConfiguredBus {
  if (parsed.eventBridge !== undefined) {
    const { busName, region, endpoint } = parsed.eventBridge;
    return { kind: 'eventBridge', busName, ...present({ region, endpoint }) };
  }
  const secret = parsed.signingSecretFile ?? parsed.signingSecretEnv;
  if (parsed.url === undefined || secret === undefined) {
    throw new Error('a webhook without url or secret passed the schema');
  }
  return {
    kind: 'webhook',
    url: parsed.url,
    secret,
    previousSecrets: parsed.previousSecretFiles ?? [],
    ...present({
      bearerToken: parsed.bearerTokenFile ?? parsed.bearerTokenEnv,
      oauth2: parsed.oauth2,
      headers: parsed.headers,
    }),
    allowHttp: parsed.allowHttp,
    ...present({ tls: parsed.tls }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without its undefined keys, which `exactOptionalPropertyTypes` tells from absent ones. */
function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
