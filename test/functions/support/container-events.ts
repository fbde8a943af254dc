import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type {
  ContainerEvent,
  HookFailedEvent,
  PostStartEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStartEvent,
  PreStopEvent,
  StopTrigger,
} from '../../../protocol/event/lifecycle-event.ts';
import { withIdentity } from '../../support/with-identity.ts';
import { postStart, postStop, preStop, type Sample } from './sample-events.ts';

/** Where and when: `run` is the containerID, `at` and `startedAt` are seconds after a fixed start. */
export type Facts = Omit<Sample, 'key' | 'timeMs'> & {
  readonly run?: string;
  readonly at?: number;
  readonly startedAt?: number | null;
  readonly restartCount?: number;
  readonly sequence?: number;
  readonly kind?: ContainerEvent['data']['container']['kind'];
  readonly owner?: ContainerEvent['data']['pod']['owner'];
};

const START_MS = Date.UTC(2026, 10, 22, 14, 0, 0);

/** Events of one container as a watcher tells them, with the ids it would give: the same for the same hook and run. */
export const told = {
  preStart: (facts: Facts): PreStartEvent => {
    const event = asToldOf(postStart(sample(facts)), { ...facts, run: null, startedAt: null });
    return withIdentity({ ...event, type: EVENT_TYPE.preStart, data: { ...event.data, hook: 'preStart' } });
  },
  postStart: (facts: Facts): PostStartEvent => asToldOf(postStart(sample(facts)), facts),
  preStop: (facts: Facts, trigger: StopTrigger = 'podDeleted'): PreStopEvent => {
    const event = asToldOf(preStop(sample(facts)), facts);
    return { ...event, data: { ...event.data, stop: { ...event.data.stop, trigger } } };
  },
  postStop: (facts: Facts, code: number | null, reason: string | null = null): PostStopEvent =>
    asToldOf(postStop(sample(facts), code, reason), facts),
  amended: (facts: Facts, code: number): PostStopAmendedEvent => {
    const event = asToldOf(postStop(sample(facts), code, null), facts);
    return withIdentity({
      ...event,
      type: EVENT_TYPE.postStopAmended,
      data: { ...event.data, amends: '' },
    });
  },
  hookFailed: (facts: Facts, occurrence: number): HookFailedEvent => {
    const event = asToldOf(postStart(sample(facts)), { ...facts, run: null, startedAt: null });
    return withIdentity({
      ...event,
      type: EVENT_TYPE.hookFailed,
      data: {
        ...event.data,
        hook: 'hookFailed',
        failed: 'preStop',
        event: { uid: 'event-1', count: occurrence },
      },
    });
  },
};

function sample({ run = 'run-0', at = 0, ...facts }: Facts): Sample {
  return { ...facts, key: run, timeMs: START_MS + at * 1_000 };
}

function asToldOf<E extends ContainerEvent>(
  event: E,
  facts: Omit<Facts, 'run'> & { readonly run?: string | null },
): E {
  const {
    pod = 'web-1',
    container = 'app',
    run = 'run-0',
    startedAt = 0,
    restartCount = 0,
    sequence = 1,
  } = facts;
  const { kind = 'app', owner = null } = facts;
  const started = startedAt === null ? null : new Date(START_MS + startedAt * 1_000).toISOString();
  const withoutMs = started?.replace('.000Z', 'Z') ?? null;
  const data = {
    ...event.data,
    pod: { ...event.data.pod, owner },
    container: { ...event.data.container, kind, id: run, restartCount, startedAt: withoutMs },
  };
  const place = { sequence: String(sequence).padStart(16, '0'), subject: `shop/${pod}/${container}` };
  return withIdentity({ ...event, ...place, data });
}
