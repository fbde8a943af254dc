import type { Share } from './room.ts';

/** Somebody whose request is arriving. */
export type Sender = { readonly address: string };

type BodyRoom<S extends Sender> = {
  /** Whether there is room for so many more bytes; otherwise the sender is told to go on once there is. */
  take(sender: S, bytes: number): boolean;
  /** All of its request has come: it no longer keeps anybody waiting. */
  complete(sender: S): void;
  release(sender: S): void;
};

type BodyRoomDeps<S extends Sender> = {
  readonly share: Share;
  readonly goOn: (sender: S) => void;
  /** Must release the sender. */
  readonly cut: (sender: S) => void;
};

/** So long a body may arrive while others wait for its room. */
const PATIENCE_MS = 1_000;
const LOOK_EVERY_MS = 250;

/**
 * Room for bodies that are arriving. Without room nothing more is read of a body: it waits in the network, not in memory.
 * While somebody waits, who has been sending for more than a second is cut off.
 */
export function createBodyRoom<S extends Sender>({ share, goOn, cut }: BodyRoomDeps<S>): BodyRoom<S> {
  const senders = new Map<S, { bytes: number; readonly sinceMs: number; complete: boolean }>();
  const waiting = new Map<S, number>();
  const ofAddress = new Map<string, number>();
  let inAll = 0;
  let looking = false;

  const fits = ({ address }: S, bytes: number) =>
    inAll + bytes <= share.inAll && (ofAddress.get(address) ?? 0) + bytes <= share.perAddress;

  const add = (sender: S, bytes: number) => {
    const known = senders.get(sender) ?? { bytes: 0, sinceMs: performance.now(), complete: false };
    known.bytes += bytes;
    senders.set(sender, known);
    inAll += bytes;
    ofAddress.set(sender.address, (ofAddress.get(sender.address) ?? 0) + bytes);
  };

  const letIn = () => {
    for (const [sender, bytes] of waiting) {
      if (!fits(sender, bytes)) continue;
      waiting.delete(sender);
      add(sender, bytes);
      goOn(sender);
    }
  };

  const cutSlow = () => {
    looking = false;
    const oldest = performance.now() - PATIENCE_MS;
    for (const [sender, { sinceMs, complete }] of senders) {
      if (waiting.size === 0) return;
      if (sinceMs < oldest && !complete) cut(sender);
    }
    lookLater();
  };
  const lookLater = () => {
    if (waiting.size === 0 || looking) return;
    looking = true;
    setTimeout(cutSlow, LOOK_EVERY_MS).unref();
  };

  return {
    take: (sender, bytes) => {
      if (fits(sender, bytes)) {
        add(sender, bytes);
        return true;
      }
      waiting.set(sender, bytes);
      lookLater();
      return false;
    },
    complete: (sender) => {
      const known = senders.get(sender);
      if (known !== undefined) known.complete = true;
    },
    release: (sender) => {
      waiting.delete(sender);
      const known = senders.get(sender);
      if (known === undefined) return;
      senders.delete(sender);
      inAll -= known.bytes;
      const left = (ofAddress.get(sender.address) ?? 0) - known.bytes;
      if (left > 0) ofAddress.set(sender.address, left);
      else ofAddress.delete(sender.address);
      if (waiting.size > 0) letIn();
    },
  };
}
