import { expect } from 'vitest';
import { type RecordedExchange, recordedExchange } from '../../../support/recorded-exchange.ts';
import { type Answered, request } from '../http.ts';

/** Sends a recorded request to a server, as it was sent to the real one. */
export async function replay(url: string, name: string): Promise<Answered & { recorded: RecordedExchange }> {
  const recorded = recordedExchange(name);
  const { 'content-type': type, ...headers } = recorded.headers;
  const answered = await request(url, recorded.method, recorded.path, {
    ...(recorded.body === undefined ? {} : { body: recorded.body }),
    ...(type === undefined ? {} : { type }),
    headers,
  });
  return { ...answered, recorded };
}

/** Replays an exchange and holds the answer to the recorded one, but for what no two servers share. */
export async function expectAsRecorded(url: string, name: string): Promise<void> {
  const { status, body, recorded } = await replay(url, name);
  expect({ status, body: comparable(body) }).toEqual({
    status: recorded.answer.status,
    body: comparable(JSON.parse(recorded.answer.body)),
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMES = new Set(['creationTimestamp', 'time']);

/** An answer with marks in place of UIDs, the server's times and versions. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string') return UUID.test(value) ? 'UID' : withoutUser(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'resourceVersion' && typeof inner === 'string') return [key, 'VERSION'];
      return [key, TIMES.has(key) && typeof inner === 'string' ? 'TIME' : comparable(inner)];
    }),
  );
}

function withoutUser(text: string): string {
  return text.replace(/User "[^"]*"/, 'User');
}
