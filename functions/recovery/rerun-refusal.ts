import type { Rerun } from '../consumer/rerun-handler.ts';

/** A short word for programs, and a sentence. */
export type RerunRefusal = { readonly error: string; readonly message: string };

const REFUSALS: Readonly<Record<Exclude<Rerun['kind'], 'queued'>, RerunRefusal>> = {
  unknownEvent: { error: 'unknown_event', message: 'the audit trail has no such event' },
  unknownHandler: { error: 'unknown_handler', message: 'no run of that handler is recorded for this event' },
  notFinished: { error: 'not_finished', message: 'its next attempt is due anyway' },
  notQueued: { error: 'not_queued', message: 'the event could not be handed off; ask again' },
  changed: {
    error: 'changed',
    message:
      'what is kept of this event is not what was recorded: nothing runs for it; verify the audit trail',
  },
  bodyGone: { error: 'body_gone', message: "the event's bytes were removed by the retention" },
  forgotten: {
    error: 'forgotten',
    message: 'who has handled this event is no longer remembered: all its handlers would run again',
  },
};

/** Why a handler does not run again. */
export function rerunRefusal(kind: Exclude<Rerun['kind'], 'queued'>): RerunRefusal {
  return REFUSALS[kind];
}
