import type { ReadyReason } from '../subscriptions/objects/object-standing.ts';

/**
 * What a reason of a condition means, in Markdown: docs/subscriptions.md tells the same, made of this.
 *
 * @property status of the condition with this reason.
 * @property advice what to do; an empty text: nothing.
 */
export type ReasonMeaning = { readonly status: string; readonly meaning: string; readonly advice: string };

/** Reasons of the condition `Ready`. */
export const READY_MEANINGS: Readonly<Record<ReadyReason, ReasonMeaning>> = {
  Pending: {
    status: 'Unknown',
    meaning: 'The watcher has seen the object and is still looking at it.',
    advice: "Wait. If it stays: look at the watcher's log.",
  },
  Accepted: {
    status: 'True',
    meaning: 'Everything that the spec refers to was found.',
    advice: '',
  },
  SecretNotFound: {
    status: 'False',
    meaning: 'A Secret that the spec names is not there.',
    advice:
      'Create it in the namespace of the subscription (of a ClusterHookSubscription: in `secretNamespace`).',
  },
  SecretKeyMissing: {
    status: 'False',
    meaning: 'The Secret is there, but not the key in it, or its value cannot be used.',
    advice: 'Correct the key, or the value.',
  },
  SecretNotLabelled: {
    status: 'False',
    meaning: 'The Secret does not carry `offhook.dev/credential: "true"`.',
    advice: 'Label it: that says that Offhook may use it.',
  },
  SecretForbidden: {
    status: 'False',
    meaning: 'The watcher may not read Secrets in this namespace.',
    advice:
      'Ask whoever runs Offhook for `tenancy.secretNamespaces` and the Role, or use `signing.mode: Ed25519`, which needs no Secret.',
  },
  TargetDenied: {
    status: 'False',
    meaning: 'Requests may not go to this target.',
    advice: 'Use a public https host, or ask whoever runs Offhook to open it under `egress.allow`.',
  },
  ServiceNotFound: {
    status: 'False',
    meaning: 'The Service of `target.service` is not there, or is of a kind that cannot be a target.',
    advice: 'Create it, or correct name and port.',
  },
  NamespaceNotWatched: {
    status: 'False',
    meaning: 'The watcher does not follow this namespace.',
    advice: 'Ask whoever runs Offhook.',
  },
  NameTaken: {
    status: 'False',
    meaning: 'Another subscription has the name already.',
    advice: 'Choose another name.',
  },
  QuotaExceeded: {
    status: 'False',
    meaning: 'The namespace has as many subscriptions as it may have.',
    advice: 'Delete one, or ask for a larger quota.',
  },
  Invalid: {
    status: 'False',
    meaning: 'The spec has a fault that the CRD in the cluster did not find. The message says which.',
    advice: 'Correct the spec; update the CRD.',
  },
};

/** Reasons of the condition `Delivering` besides those of `Ready`, in the order in which they are looked at. */
export const DELIVERING_MEANINGS: Readonly<Record<string, ReasonMeaning>> = {
  ReceiverGone: {
    status: 'False',
    meaning:
      'The receiver answered 410 Gone and so ended the subscription. What waited for it is kept as dead letters, and nothing new is queued.',
    advice:
      'If it was a mistake: `offhook journal enable`, then replay the dead letters. Otherwise delete the object.',
  },
  Suspended: {
    status: 'False',
    meaning: '`spec.suspend` is true. Events are kept, within the quota of the journal.',
    advice: 'When the receiver is ready: `offhook subscription resume`, or set it to false.',
  },
  ReceiverFailing: {
    status: 'False',
    meaning:
      'The receiver takes nothing. Events wait, and one at a time is tried. The message and `status.lastFailure` say how it fails.',
    advice: 'Mend the receiver; nothing else. What waits then goes out by itself.',
  },
  Throttled: {
    status: 'True',
    meaning:
      'Events go out more slowly than they could: the receiver asked for a pause (429, or `Retry-After`), or `delivery.maxPerMinute` or the rate of the namespace is used up. It stays until a minute after.',
    advice: 'Nothing, unless `pending` grows and grows: then make the receiver faster, or raise the rate.',
  },
  Backlogged: {
    status: 'True',
    meaning:
      'Events go out, but the oldest one has waited for more than five minutes. It stays until none has waited for more than one.',
    advice:
      'Raise `delivery.concurrency`, or make the receiver faster. Look for one event that is refused again and again.',
  },
  NoEventYet: {
    status: 'Unknown',
    meaning: 'Nothing was delivered yet.',
    advice: 'Nothing: perhaps nothing has happened. Try it with `offhook subscription test`.',
  },
  Delivering: {
    status: 'True',
    meaning: 'Events arrive.',
    advice: '',
  },
};

/** What to do about a condition, as plain text; null where there is nothing to do. */
export function adviceFor(type: 'Ready' | 'Delivering', reason: string): string | null {
  const meanings: Readonly<Record<string, ReasonMeaning>> =
    type === 'Ready' ? READY_MEANINGS : DELIVERING_MEANINGS;
  const advice = Object.hasOwn(meanings, reason) ? meanings[reason]?.advice : undefined;
  return advice === undefined || advice === '' ? null : advice.replaceAll('`', '');
}
