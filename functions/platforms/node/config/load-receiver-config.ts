import type { Locate } from '../../../../settings/config-document.ts';
import { type ConfigFault, inReadingOrder } from '../../../../settings/fault.ts';
import type { ReadFile } from '../../../../settings/files/read-text.ts';
import { toEgressRules } from '../../../../settings/outbound/guard/egress-key.ts';
import {
  type EnvironmentProxies,
  generalProxy,
  readEnvironmentProxies,
} from '../../../../settings/outbound/proxy-rules.ts';
import type { Environment } from '../../../../settings/overrides.ts';
import { readDocument } from '../../../../settings/read-document.ts';
import { clashFaults, renameHints, renameKeys } from '../../../../settings/renamed-keys.ts';
import { schemaFaults } from '../../../../settings/schema-faults.ts';
import { Secret } from '../../../../settings/secret.ts';
import { createSecretSources } from '../../../../settings/secret-source.ts';
import { readTlsFiles } from '../tls/tls-files.ts';
import { toAuditCare } from './audit-care.ts';
import { FORMER_RECEIVER_KEYS } from './former-receiver-keys.ts';
import type { ReceiverConfig } from './receiver-config.ts';
import { verificationKeysOf } from './receiver-keys.ts';
import { type ParsedReceiver, receiverSchema } from './receiver-schema.ts';

const DEFAULT_FILE = 'offhook-receiver.yaml';

/** Where the configuration stands, for what is found to be wrong with it later. */
export type ConfigOrigin = { readonly file: string; readonly locate: Locate };

type ReceiverConfigResult =
  | {
      readonly kind: 'ok';
      readonly config: ReceiverConfig;
      readonly origin: ConfigOrigin;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

type LoadReceiverConfigOptions = {
  /** Path of the configuration; default `offhook-receiver.yaml` in the working directory. */
  readonly file?: string;
  readonly env: Environment;
  readonly readFile: ReadFile;
};

/**
 * Loads `offhook-receiver.yaml` (UTF-8, at most 1 MiB), reads the secrets and looks at the TLS files it names, reads
 * the proxies of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and gives one configuration, or every fault at once. Never throws for what an operator can write.
 */
export function loadReceiverConfig(options: LoadReceiverConfigOptions): ReceiverConfigResult {
  const { file = DEFAULT_FILE, env, readFile } = options;
  const document = readDocument(file, readFile);
  if (document.kind === 'invalid') return document;
  if (document.value === null) {
    return invalid([{ file, path: '', message: 'is empty; see offhook-receiver.example.yaml' }]);
  }
  const { locate } = document;
  const { value, moved, clashes } = renameKeys(document.value, FORMER_RECEIVER_KEYS);
  const parsed = receiverSchema(createSecretSources({ env, readFile })).safeParse(value);
  const { proxies, faults: proxyFaults } = readEnvironmentProxies(env);
  const faults = [...clashFaults(clashes, file, locate), ...proxyFaults];
  if (!parsed.success) {
    const places = { file, locate, overrides: [], moved };
    return invalid([...schemaFaults(parsed.error, places), ...faults]);
  }
  if (faults.length > 0) return invalid(faults);
  const config = toReceiverConfig(parsed.data, proxies);
  const { tls } = config.listen;
  const read = tls === null ? null : readTlsFiles(tls, readFile);
  if (read?.kind === 'unusable') {
    const path = ['listen', 'tls', read.key];
    return invalid([{ file, ...locate(path, 'value'), path: path.join('.'), message: read.message }]);
  }
  return { kind: 'ok', config, origin: { file, locate }, warnings: renameHints(moved, file, locate) };
}

function invalid(faults: readonly ConfigFault[]): ReceiverConfigResult {
  return { kind: 'invalid', faults: inReadingOrder(faults) };
}

function toReceiverConfig(parsed: ParsedReceiver, proxies: EnvironmentProxies): ReceiverConfig {
  const { limits, log } = parsed;
  return {
    listen: { ...parsed.listen, tls: parsed.listen.tls ?? null },
    metrics: parsed.metrics ?? null,
    dataDir: parsed.dataDir,
    keys: new Secret(verificationKeysOf(parsed)),
    page: toPage(parsed.page),
    handlersModule: parsed.handlers.module ?? null,
    vars: parsed.vars,
    retentionMs: parsed.retention,
    audit: new Secret(toAuditCare(parsed.audit)),
    proxyFor: generalProxy(parsed.proxy, proxies),
    egress: toEgressRules(parsed.egress),
    limits,
    log,
  };
}

function toPage({
  tokenFile,
  tokenEnv,
  open,
  cloudflareAccess,
  alb,
}: ParsedReceiver['page']): ReceiverConfig['page'] {
  const token = tokenFile ?? tokenEnv;
  return {
    ...(token !== undefined && { token }),
    ...(open && { open }),
    ...(cloudflareAccess !== undefined && { cloudflareAccess }),
    ...(alb !== undefined && { alb }),
  };
}
