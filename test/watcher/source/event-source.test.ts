import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recorded, stream, streamAndEnd } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { bookmark, follow, toldEvent } from './follow.ts';

describe('the source of kubelet Events', () => {
  it('lists what there is as listed, then tells what happens', async () => {
    const { api, toldExactly } = await follow(
      {
        watchList: [
          stream(
            toldEvent('ADDED', 'Killing', 3),
            toldEvent('ADDED', 'Pulled', 4),
            bookmark(5, 'end'),
            toldEvent('ADDED', 'FailedPreStopHook', 6),
            toldEvent('MODIFIED', 'FailedPostStartHook', 7, 'web'),
          ),
        ],
      },
      { resource: 'events' },
    );
    await toldExactly(
      'listed Killing app',
      'events @5',
      'told FailedPreStopHook app',
      'told FailedPostStartHook web',
      'events @7',
    );
    expect(api.requests[0]?.path).toBe('/api/v1/events');
    const selector = api.requests[0]?.query.fieldSelector?.split(',');
    expect(selector).toContain('involvedObject.kind=Pod');
    expect(selector).toContain('reason!=Pulled');
    expect(selector).not.toContain('reason!=Killing');
  });

  it('finds the Killing among the recorded Events of a liveness kill', async () => {
    const file = new URL('../../fixtures/traces/liveness-kill.ndjson', import.meta.url);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line)).filter((line) => line.stream === 'events');
    const { sink } = await follow(
      { watch: [stream(...events.map(({ event }) => event))] },
      { resource: 'events', resumePoint: '1' },
    );
    const recordedKillings = events.filter(({ event }) => event.object.reason === 'Killing');
    expect(recordedKillings.length).toBeGreaterThan(0);
    const killings = () => sink.told().filter((line) => line.startsWith('told Killing'));
    await until('them all', () => killings().length === recordedKillings.length);
  });

  it('does not write for other Events or for the deletion of old ones, but goes on from the next bookmark', async () => {
    const { api, toldExactly } = await follow(
      {
        watch: [
          streamAndEnd(
            toldEvent('ADDED', 'NodeNotReady', 101),
            toldEvent('DELETED', 'Killing', 102),
            bookmark(103),
          ),
          stream(toldEvent('ADDED', 'Killing', 104)),
        ],
      },
      { resource: 'events', resumePoint: '100' },
    );
    await toldExactly('events @103', 'told Killing app', 'events @104');
    expect(api.asked('watch')[1]?.query.resourceVersion).toBe('103');
  });

  it('disables itself with one warning when Events are forbidden', async () => {
    const { api, clock, log, source } = await follow(
      { watchList: [recorded('forbidden')] },
      { resource: 'events' },
    );
    await until('the state', () => source.status().state === 'disabled');
    await clock.advance(3_600_000);
    expect(api.requests).toHaveLength(1);
    expect(source.status().stale).toBe(false);
    const warnings = log.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('kubectl auth can-i watch events');
  });
});
