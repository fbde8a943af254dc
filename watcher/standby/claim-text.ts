import * as z from 'zod';
import { namespaceOf, readStreamName } from '../source/sink/stream-name.ts';
import { type DeliveryClaim, FINGERPRINT_LENGTH, type Positions, type QueueClaim } from './delivery-claim.ts';

/** Annotations of an object may hold 256 KiB together. */
const MOST_CHARACTERS = 128 * 1024;

const version = z.string().regex(/^[1-9]\d{0,38}$/);
/** Of the whole cluster; what a replica of before namespaces were followed one by one understands. */
const clusterPositions = z.object({ pods: version.nullable(), events: version.nullable() });
const streamPositions = z.record(z.string().max(100), version);
const positions = z.union([clusterPositions.strict(), streamPositions]);
const queue = z.object({
  upTo: positions.optional(),
  except: z.string().regex(/^([a-z2-7]{8})*$/),
});
const schema = z.object({
  v: z.union([z.literal(1), z.literal(2)]),
  since: positions,
  upTo: positions,
  queues: z.record(z.string(), queue),
});

/** A claim as the text of an annotation. What does not fit is left out, which claims less. */
export function writeClaim({ since, upTo, queues }: DeliveryClaim): string {
  const isOfCluster = [...since.keys(), ...upTo.keys()].every((stream) => namespaceOf(stream) === null);
  const write = isOfCluster ? ofCluster : ofStreams;
  const head = { v: isOfCluster ? (1 as const) : (2 as const), since: write(since), upTo: write(upTo) };
  const fitting: Record<string, z.input<typeof queue>> = {};
  let left = MOST_CHARACTERS - JSON.stringify({ ...head, queues: {} }).length;
  for (const [name, claim] of queues) {
    const written = {
      ...(claim.upTo && { upTo: write(claim.upTo) }),
      except: [...claim.except].join(''),
    };
    left -= JSON.stringify({ [name]: written }).length;
    if (left < 0) break;
    fitting[name] = written;
  }
  return JSON.stringify({ ...head, queues: fitting } satisfies z.input<typeof schema>);
}

/** The claim in an annotation; null when there is none, or none that this version understands. */
export function readClaim(text: string | null): DeliveryClaim | null {
  if (text === null || text.length > MOST_CHARACTERS) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return null;
  const { since, upTo, queues } = parsed.data;
  return {
    since: readPositions(since),
    upTo: readPositions(upTo),
    queues: new Map(Object.entries(queues).map(readQueue)),
  };
}

function ofCluster(at: Positions): z.input<typeof clusterPositions> {
  return { pods: at.get('pods') ?? null, events: at.get('events') ?? null };
}

function ofStreams(at: Positions): z.input<typeof streamPositions> {
  return Object.fromEntries(at);
}

function readPositions(at: z.output<typeof positions>): Positions {
  return new Map(
    Object.entries(at).flatMap(([name, resourceVersion]) => {
      const stream = readStreamName(name);
      return stream === null || resourceVersion === null ? [] : [[stream, resourceVersion] as const];
    }),
  );
}

function readQueue([name, { upTo, except }]: [string, z.output<typeof queue>]): readonly [
  string,
  QueueClaim,
] {
  const count = except.length / FINGERPRINT_LENGTH;
  const fingerprints = Array.from({ length: count }, (_, index) =>
    except.slice(index * FINGERPRINT_LENGTH, (index + 1) * FINGERPRINT_LENGTH),
  );
  const limit: { readonly upTo?: Positions } = upTo === undefined ? {} : { upTo: readPositions(upTo) };
  return [name, { ...limit, except: new Set(fingerprints) }];
}
