import type { Consumed } from '../../../../functions/consumer/consumer.ts';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';

/** A message as it came out of a hand-off, and when; milliseconds since the epoch. */
export type Seen = { readonly message: HandoffMessage; readonly atMs: number };

/** A consumer that answers as told, by event, and `done` to everything else. */
export function createScriptedConsumer() {
  const answers = new Map<string, Consumed[]>();
  const seen: Seen[] = [];
  return {
    consume: async (message: HandoffMessage): Promise<Consumed> => {
      seen.push({ message, atMs: Date.now() });
      return answers.get(idOf(message))?.shift() ?? { kind: 'done' };
    },
    /** The next answers for an event, one after the other. */
    answer: (eventId: string, ...next: readonly Consumed[]): void => void answers.set(eventId, [...next]),
    seen: (eventId: string): readonly Seen[] => seen.filter(({ message }) => idOf(message) === eventId),
  };
}

export type ScriptedConsumer = ReturnType<typeof createScriptedConsumer>;

export function idOf({ body }: HandoffMessage): string {
  return JSON.parse(new TextDecoder().decode(body)).id;
}
