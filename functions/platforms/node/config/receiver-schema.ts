import * as z from 'zod';
import { duration } from '../../../../settings/duration.ts';
import { egressKey } from '../../../../settings/outbound/guard/egress-key.ts';
import { proxyKey } from '../../../../settings/outbound/proxy-key.ts';
import { checkedBy, flag, lineOfText, oneOf, wholeNumber } from '../../../../settings/scalar.ts';
import type { SecretSources } from '../../../../settings/secret-source.ts';
import { section } from '../../../../settings/section.ts';
import { readAlbArn } from '../../../access/alb/alb-access.ts';
import { checkAccessAudience, checkAccessTeam } from '../../../access/cloudflare/cloudflare-access.ts';
import { RETENTION_MS } from '../../../variables/claim-retention.ts';
import { CONNECTION_LIMITS } from '../connection-limits.ts';
import { auditSchema } from './audit-schema.ts';
import { LOG_LEVELS } from './receiver-config.ts';
import { boundKeys, contradictionsOfKeys, keyPlaces } from './receiver-keys.ts';
import { pageToken } from './receiver-secrets.ts';
import { variables } from './variables-schema.ts';

const PATH_CHARACTERS = 4096;
const DAY_MS = 86_400_000;
/** Where Prometheus exporters of OpenTelemetry listen, and nobody else does. */
const METRICS_PORT = 9_464;

/** Words people try first, and those of `offhook.yaml`. */
const SYNONYMS = {
  server: 'listen',
  host: 'listen',
  port: 'listen',
  tls: 'listen',
  directory: 'dataDir',
  dataDirectory: 'dataDir',
  secret: 'signingSecretFile',
  secretFile: 'signingSecretFile',
  secretEnv: 'signingSecretEnv',
  signingSecret: 'signingSecretFile',
  token: 'page',
  clusters: 'keys',
  sources: 'keys',
  variables: 'vars',
  env: 'vars',
  claims: 'retention',
  logging: 'log',
  httpsProxy: 'proxy',
  guard: 'egress',
  outbound: 'egress',
  prometheus: 'metrics',
  monitoring: 'metrics',
};

/** The schema of `offhook-receiver.yaml`. */
export function receiverSchema(sources: SecretSources) {
  const root = section(
    {
      listen: listenSchema().prefault({}),
      metrics: metricsSchema(),
      dataDir: lineOfText(PATH_CHARACTERS, 'a directory').default('.offhook-receiver'),
      ...keyPlaces(sources),
      keys: boundKeys(sources),
      page: orEmpty(pageSchema(sources)),
      handlers: orEmpty(
        section({ module: lineOfText(PATH_CHARACTERS, 'the path of a .ts or .js file').optional() }),
      ),
      vars: orEmpty(variables(sources)),
      audit: orEmpty(auditSchema(sources)),
      proxy: proxyKey(sources),
      egress: egressKey({}).prefault({}),
      retention: duration({ min: '1d', max: '365d' }).prefault(`${RETENTION_MS / DAY_MS}d`),
      limits: section({
        maxWaiting: wholeNumber(1, 10_000_000).default(100_000),
        concurrency: wholeNumber(1, 1_000).default(16),
        connections: wholeNumber(16, 65_536).default(CONNECTION_LIMITS.connections),
        connectionsPerAddress: wholeNumber(16, 65_536).default(CONNECTION_LIMITS.connectionsPerAddress),
      }).prefault({}),
      log: section({
        level: oneOf(LOG_LEVELS).default('info'),
        format: oneOf(['auto', 'json', 'pretty']).default('auto'),
      }).prefault({}),
    },
    SYNONYMS,
  );
  // `when`: what is wrong between keys is said together with what is wrong within one.
  return root.superRefine(
    (value, context) => {
      for (const { path, message } of contradictions(value)) {
        context.addIssue({ code: 'custom', path, message });
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  );
}

export type ParsedReceiver = z.output<ReturnType<typeof receiverSchema>>;

/** A map whose keys are all commented out is null in YAML, and means the same as one that is left out. */
function orEmpty<T extends z.ZodType>(map: T) {
  return z.preprocess((given) => given ?? {}, map).meta({ type: ['object', 'null'] });
}

function listenSchema() {
  return section({
    host: lineOfText(253, 'an address or host name to listen on').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8787),
    tls: section(
      {
        certFile: lineOfText(PATH_CHARACTERS, 'the path of a certificate (PEM, with its chain)'),
        keyFile: lineOfText(PATH_CHARACTERS, 'the path of its private key (PEM)'),
      },
      { cert: 'certFile', certificate: 'certFile', key: 'keyFile', privateKey: 'keyFile' },
    ).optional(),
  });
}

/** On a port of its own: what is public is not what is watched. Null is one whose keys are all commented out. */
function metricsSchema() {
  const entry = section({
    host: lineOfText(253, 'an address or host name to listen on').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(METRICS_PORT),
  });
  return z.preprocess((given) => given ?? undefined, entry.optional()).meta({ type: ['object', 'null'] });
}

function pageSchema(sources: SecretSources) {
  return section(
    {
      tokenFile: sources.file(pageToken).optional(),
      tokenEnv: sources.variable(pageToken).optional(),
      open: flag().default(false),
      cloudflareAccess: section({
        team: checkedBy(checkAccessTeam, lineOfText(63, 'the team, as in https://TEAM.cloudflareaccess.com')),
        audience: checkedBy(checkAccessAudience, lineOfText(128, "the application's AUD tag")),
      }).optional(),
      alb: section({
        arn: checkedBy(readAlbArn, lineOfText(256, 'the ARN of an Application Load Balancer')),
      }).optional(),
    },
    { token: 'tokenFile', public: 'open', access: 'cloudflareAccess' },
  );
}

type Contradiction = { readonly path: (string | number)[]; readonly message: string };

/** Whatever is wrong within them, keys may be missing here. */
function contradictions(value: Partial<ParsedReceiver>): Contradiction[] {
  return [...contradictionsOfKeys(value), ...ofPage(value)];
}

function ofPage({ page, listen }: Partial<ParsedReceiver>): Contradiction[] {
  const found: Contradiction[] = [];
  if (page?.tokenFile !== undefined && page.tokenEnv !== undefined) {
    found.push({ path: ['page', 'tokenEnv'], message: 'tokenFile is given too; keep one of them' });
  }
  if (page?.open !== true) return found;
  const { tokenFile, tokenEnv, cloudflareAccess, alb } = page;
  if ([tokenFile, tokenEnv, cloudflareAccess, alb].some((way) => way !== undefined)) {
    const message = 'another way in is given too, and then it is not open; keep one of them';
    found.push({ path: ['page', 'open'], message });
  }
  if (listen?.host !== undefined && !isLoopback(listen.host)) {
    const message =
      'shows everything to everyone who can reach it, so it needs listen.host to be 127.0.0.1 or ::1';
    found.push({ path: ['page', 'open'], message });
  }
  return found;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
