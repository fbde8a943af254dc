import type { Lane } from '../runs/lane.ts';
import type { TrackGroup } from './group-keeper.ts';
import { URGENCIES, type Urgency, urgencyOf } from './group-urgency.ts';

/** @property since 0 for those of the last sorting; later ones are numbered as they came. */
type Standing = { readonly urgency: Urgency; readonly since: number };

const CALM: Standing = { urgency: 'calm', since: 0 };

/**
 * @property groups each with its own urgency; its family's decides where it stands.
 * @property late how many families have begun to fail since the groups were put in order.
 */
type Ordered = {
  readonly groups: readonly (readonly [group: TrackGroup, urgency: Urgency])[];
  readonly late: number;
};

/**
 * The order of the groups by what needs eyes. It stays while one looks: what changes meanwhile keeps its place, and who
 * is new comes last, until the groups are sorted again. The ReplicaSets of one Deployment stay together.
 */
export function createGroupOrder() {
  let standings = new Map<string, Standing>();
  let count = 0;

  return {
    /** @param groups by name. `sorts`: nobody looks, or wants it so. */
    order(groups: readonly TrackGroup[], { nowMs, sorts }: { nowMs: number; sorts: boolean }): Ordered {
      const families = new Map<string, Lane[]>();
      for (const { family, lanes } of groups) {
        const known = families.get(family);
        if (known === undefined) families.set(family, [...lanes]);
        else for (const lane of lanes) known.push(lane);
      }
      if (sorts) standings = new Map();
      const urgencies = new Map<string, Urgency>();
      let late = 0;
      for (const [family, lanes] of families) {
        const urgency = urgencyOf(lanes, nowMs);
        const known = standings.get(family);
        urgencies.set(family, urgency);
        if (known === undefined) {
          if (!sorts) count += 1;
          standings.set(family, { urgency, since: sorts ? 0 : count });
        }
        const isLate = known === undefined ? !sorts : known.urgency !== 'failing' || known.since > 0;
        if (urgency === 'failing' && isLate) late += 1;
      }
      const placed = groups.map((group) => ({ group, ...(standings.get(group.family) ?? CALM) }));
      placed.sort((a, b) => a.since - b.since || URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency));
      const own = ({ family, lanes }: TrackGroup): Urgency => {
        const ofAll = urgencies.get(family) ?? 'calm';
        return ofAll === 'failing' ? urgencyOf(lanes, nowMs) : ofAll;
      };
      return { groups: placed.map(({ group }) => [group, own(group)] as const), late };
    },
  };
}
