import * as z from 'zod';
import { type DeliveryClaim, FINGERPRINT_LENGTH, type Positions, type QueueClaim } from './delivery-claim.ts';

/** Annotations of an object may hold 256 KiB together. */
const MOST_CHARACTERS = 128 * 1024;

const version = z
  .string()
  .regex(/^[1-9]\d{0,38}$/)
  .nullable();
const positions = z.object({ pods: version, events: version });
const queue = z.object({
  upTo: positions.optional(),
  except: z.string().regex(/^([a-z2-7]{8})*$/),
});
const schema = z.object({
  v: z.literal(1),
  since: positions,
  upTo: positions,
  queues: z.record(z.string(), queue),
});

/** A claim as the text of an annotation. What does not fit is left out, which claims less. */
export function writeClaim({ since, upTo, queues }: DeliveryClaim): string {
  const head = { v: 1 as const, since, upTo };
  const fitting: Record<string, z.input<typeof queue>> = {};
  let left = MOST_CHARACTERS - JSON.stringify({ ...head, queues: {} }).length;
  for (const [name, claim] of queues) {
    const written = {
      ...(claim.upTo && { upTo: claim.upTo }),
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
  return { since, upTo, queues: new Map(Object.entries(queues).map(readQueue)) };
}

function readQueue([name, { upTo, except }]: [string, z.output<typeof queue>]): readonly [
  string,
  QueueClaim,
] {
  const count = except.length / FINGERPRINT_LENGTH;
  const fingerprints = Array.from({ length: count }, (_, index) =>
    except.slice(index * FINGERPRINT_LENGTH, (index + 1) * FINGERPRINT_LENGTH),
  );
  const limit: { readonly upTo?: Positions } = upTo === undefined ? {} : { upTo };
  return [name, { ...limit, except: new Set(fingerprints) }];
}
