import type { CrashPoint } from './crash-points.ts';
import type { LifeName } from './kubelet/lives.ts';
import type { NODES } from './kubelet/node-clocks.ts';
import type { TenantDeed } from './tenant/tenant.ts';

/**
 * Everything that will happen in one simulated world, as data: the same plan always gives the same history, and a
 * failing one is made smaller by leaving actions out.
 */
export type Plan = {
  readonly seed: number;
  readonly server: {
    /** Whether the API server streams lists. */
    readonly watchList: boolean;
    /** Objects in a page of a list; the server may send fewer than were asked for. */
    readonly pageSize: number;
  };
  /** `watch.namespaces` of the watcher, each followed by itself; absent: the whole cluster is. */
  readonly namespaces?: readonly string[];
  /** Whether a tenant is there of which next to nothing may wait. */
  readonly hasQuota?: boolean;
  /** In the order of their times. */
  readonly actions: readonly Action[];
};

/** `atMs`: milliseconds since the world began. */
export type Action = { readonly atMs: number } & ActionKind;

export type ActionKind =
  /** A Pod comes to be and lives as `life` says, with randomness of its own. */
  | { readonly kind: 'pod'; readonly life: LifeName; readonly name: string }
  /** The watcher dies at the `skip`-th visit of `point` from now on, and comes back after `downMs`. */
  | {
      readonly kind: 'crash';
      readonly point: CrashPoint;
      readonly skip: number;
      readonly downMs: number;
      /** Bytes of a write that did not complete lie at the end of the write-ahead log. */
      readonly tornTail: boolean;
    }
  /** The watcher is asked to stop, and comes back after `downMs`. */
  | { readonly kind: 'stop'; readonly downMs: number }
  | { readonly kind: 'stream'; readonly fault: StreamFault }
  /** The next `count` requests get this instead of an answer. */
  | { readonly kind: 'refuse'; readonly how: Refusal; readonly count: number }
  /** History up to now is gone: older resume points and continue tokens are refused. `cut`: all streams break. */
  | { readonly kind: 'expire'; readonly cut: boolean }
  /** etcd is put back by `back` revisions. */
  | { readonly kind: 'restore'; readonly back: number }
  /**
   * An API server that lags answers lists for a while: with the past where "the most recent state" is asked for, too
   * large where a state it has not seen yet is; a list of one is old for a moment only.
   */
  | { readonly kind: 'staleLists'; readonly durationMs: number }
  | {
      readonly kind: 'receiver';
      readonly subscription: string;
      readonly how: ReceiverFault;
      readonly count: number;
    }
  /** A tenant writes what nobody else should notice. */
  | { readonly kind: 'tenant'; readonly deed: TenantDeed }
  | { readonly kind: 'diskFull'; readonly durationMs: number }
  | { readonly kind: 'wallClock'; readonly jumpMs: number }
  /** The clock of a node is set, and goes `drift` too fast from then on. */
  | {
      readonly kind: 'nodeClock';
      readonly node: (typeof NODES)[number];
      readonly jumpMs: number;
      readonly drift: number;
    };

/**
 * What can befall the streams that are open: `cut` in the middle of a line; `freeze` half-open, nothing comes any
 * more; `duplicate` old changes once more; `lose` the next change of a Pod is never told (kubernetes/kubernetes#123072);
 * `garbage` half a line and a newline; `slow` a long way; `close` a clean end.
 */
export const STREAM_FAULTS = ['cut', 'freeze', 'duplicate', 'lose', 'garbage', 'slow', 'close'] as const;
export type StreamFault = (typeof STREAM_FAULTS)[number];

/** `hang`: accepted and never answered; `reset`: no connection; `half`: an answer that breaks off in its body. */
export const REFUSALS = ['429', '500', '503', 'hang', 'reset', 'half'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** `lostAnswer`: accepted, but the 200 never arrives; `late`: accepted after the sender's deadline. */
export const RECEIVER_FAULTS = [
  '500',
  '503 retry-after',
  '429',
  'reset',
  'hang',
  'lostAnswer',
  'late',
  'slow',
  '410',
] as const;
export type ReceiverFault = (typeof RECEIVER_FAULTS)[number];

/** Faults and new Pods come in this time; after it everything works. */
export const ACTIVE_MS = 240_000;
