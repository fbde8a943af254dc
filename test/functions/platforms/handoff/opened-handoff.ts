import type { Handoff, HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import type { ScriptedConsumer } from './scripted-consumer.ts';

export type DeadMessage = { readonly message: HandoffMessage; readonly reason: string };

/**
 * A hand-off with its other end, and a consumer there that answers as the test says.
 *
 * @property limitBytes the largest body that the receiver on this platform takes.
 */
export type OpenedHandoff = {
  readonly handoff: Handoff;
  readonly consumer: ScriptedConsumer;
  readonly limitBytes: number;
  /** Takes away whatever has enqueued, without letting it finish anything. */
  loseSender(): Promise<void>;
  /** Begins to hand out what is stored. */
  deliver(): Promise<void>;
  /** Takes the queue away. */
  loseQueue(): Promise<void>;
  deadLetters(): Promise<readonly DeadMessage[]>;
  close(): Promise<void>;
};

export type OpenHandoff = () => Promise<OpenedHandoff>;
