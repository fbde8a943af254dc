import { createRoom, type Share } from './room.ts';

/** Somebody who is connected. */
type Guest = { readonly address: string };

type Places<G extends Guest> = {
  /** A new one, before anything is read from it. */
  take(guest: G): void;
  /** Whether the server waits for that one now: for its request, or for it to read an answer. */
  setWaiting(guest: G, waiting: boolean): void;
  release(guest: G): void;
};

/** So many more than the share while they get their chance: what the system has ready to be accepted at once. */
const MOST_ABOVE = 511;
/** For what an honest client has under way. */
const CHANCE_MS = 200;
const LOOK_EVERY_MS = 50;

/**
 * The places for connections. Above the share somebody has to go, but nobody before it had its chance: attackers who
 * were sent away come back in bursts, and the first of a burst may be honest and about to send its request.
 *
 * @param sendAway must release the guest.
 */
export function createPlaces<G extends Guest>(share: Share, sendAway: (guest: G) => void): Places<G> {
  const room = createRoom<G>(share, MOST_ABOVE);
  let looking = false;

  const look = () => {
    const nowMs = performance.now();
    // Where this process was held up, it has not read yet what came in meanwhile: first it does.
    setImmediate(() => {
      looking = false;
      for (const guest of room.tidy(nowMs - CHANCE_MS)) sendAway(guest);
      lookLater();
    });
  };
  const lookLater = () => {
    if (looking || !room.isOverfull()) return;
    looking = true;
    setTimeout(look, LOOK_EVERY_MS).unref();
  };

  return {
    take: (guest) => {
      for (const gone of room.hold(guest, guest.address, 1)) sendAway(gone);
      lookLater();
    },
    setWaiting: room.setWaiting,
    release: room.release,
  };
}
