import type { EgressRules } from '../../../../settings/outbound/guard/create-guard.ts';
import type { ProxyFor } from '../../../../settings/outbound/http-proxy.ts';
import type { Secret } from '../../../../settings/secret.ts';
import type { AuditCare } from '../maintain.ts';
import type { TlsFiles } from '../tls/tls-files.ts';

/** Everything `offhook receive` is told, checked. Relative paths start at the working directory. */
export type ReceiverConfig = {
  /** Port 0 takes a free one. Without `tls` it speaks plain HTTP. */
  readonly listen: { readonly host: string; readonly port: number; readonly tls: TlsFiles | null };
  /** Where figures for Prometheus are served; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly dataDir: string;
  /** `whsec_…` and `whpk_…`; where they are bound, each with its source before it (see `parseBoundKey`). */
  readonly keys: Secret<readonly string[]>;
  /** Who may see the page; nothing given: there is none. */
  readonly page: {
    readonly token?: Secret<string>;
    readonly open?: boolean;
    readonly cloudflareAccess?: { readonly team: string; readonly audience: string };
    readonly alb?: { readonly arn: string };
  };
  /** Path of a module that exports `registerHandlers`; null: the shipped ones. */
  readonly handlersModule: string | null;
  readonly vars: Readonly<Record<string, string | Secret<string>>>;
  /** How long it is remembered what was received and handled, and how long dead letters are kept. */
  readonly retentionMs: number;
  readonly audit: Secret<AuditCare>;
  /** Which proxy leads to a URL that handlers, checkpoints or the page's access ask for. */
  readonly proxyFor: ProxyFor;
  /** Where targets of handlers may be: what `hooks.on(…, { url })` names. */
  readonly egress: EgressRules;
  readonly limits: {
    /** Events in the queue beyond which the receiver answers 503. */
    readonly maxWaiting: number;
    /** Events handled at the same time. */
    readonly concurrency: number;
    /** Open connections, in all and from one address. */
    readonly connections: number;
    readonly connectionsPerAddress: number;
  };
  readonly log: {
    readonly level: (typeof LOG_LEVELS)[number];
    readonly format: 'auto' | 'json' | 'pretty';
  };
};

/** The receiver writes lines of the three middle ones. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
