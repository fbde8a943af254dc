import type { GroupRow, LaneRow, Row } from '../../../model/rows/owner-rows.ts';
import { countWords } from '../../../model/text/number-words.ts';
import { visibleText } from '../../../model/text/visible-text.ts';
import { containerWords } from '../../../model/words/describe-run.ts';
import { button, element, setText } from '../../dom/element.ts';

type LabelEvents = {
  onToggle(groupKey: string): void;
  onLane(laneKey: string): void;
};

type Label = { readonly made: HTMLElement; write(row: Row): void };

/**
 * The labels beside (on a phone: above) the lanes: only those on screen exist. They are no tab stops, because walking
 * through the runs by keyboard reaches the same things.
 */
export function createRowLabels(root: HTMLElement, events: LabelEvents, severalClusters: () => boolean) {
  const labels = new Map<string, Label>();
  const createLabel = ({ kind, key }: Row) =>
    kind === 'group' ? groupLabel(key, events, severalClusters) : laneLabel(key, events);

  return function place(rows: readonly Row[], scrollTop: number): void {
    const wanted = new Set(rows.map(({ kind, key }) => `${kind} ${key}`));
    for (const [key, { made }] of labels) {
      if (wanted.has(key)) continue;
      made.remove();
      labels.delete(key);
    }
    for (const row of rows) {
      const key = `${row.kind} ${row.key}`;
      const label = labels.get(key) ?? createLabel(row);
      if (!labels.has(key)) root.append(label.made);
      labels.set(key, label);
      label.made.style.transform = `translateY(${row.y - scrollTop}px)`;
      label.made.style.height = `${row.height}px`;
      label.write(row);
    }
  };
}

function groupLabel(key: string, events: LabelEvents, severalClusters: () => boolean): Label {
  const place = element('span', { class: 'place' });
  const owner = element('bdi', { class: 'owner' });
  const count = element('span', { class: 'count' });
  const made = button(
    { class: 'label group', tabindex: '-1' },
    () => events.onToggle(key),
    place,
    owner,
    count,
  );
  return {
    made,
    write(row) {
      const { group, collapsed } = row as GroupRow;
      const [kind, name] = ownerParts(group.owner);
      const cluster = severalClusters() ? `${visibleText(group.cluster, 60)} / ` : '';
      setText(place, `${cluster}${visibleText(group.namespace, 80)} /`);
      setText(owner, name);
      setText(count, countWords(group.lanes.length));
      const title = `${cluster}${visibleText(group.namespace)} / ${kind === '' ? '' : `${kind} `}${name}`;
      if (made.title !== title) made.title = title;
      made.setAttribute('aria-expanded', String(!collapsed));
      made.classList.toggle('problem', collapsed && group.lanes.some((lane) => lane.problem));
    },
  };
}

function laneLabel(key: string, events: LabelEvents): Label {
  const pod = element('bdi', { class: 'pod' });
  const container = element('bdi', { class: 'container' });
  const badge = element('span', { class: 'badge' });
  const made = button(
    { class: 'label lane', tabindex: '-1' },
    () => events.onLane(key),
    pod,
    container,
    badge,
  );
  return {
    made,
    write(row) {
      const { lane, first, last } = row as LaneRow;
      setText(pod, first ? visibleText(lane.pod) : '');
      setText(container, visibleText(lane.container));
      setText(badge, lane.restarts > 0 ? `↻ ${countWords(lane.restarts)}` : '');
      badge.hidden = lane.restarts === 0;
      made.classList.toggle('problem', lane.problem);
      made.classList.toggle('continues', !last);
      made.classList.toggle('again', !first);
      const restarts = lane.restarts > 0 ? `, ${countWords(lane.restarts)} restarts` : '';
      const title = `${visibleText(lane.pod)}, ${containerWords(lane)} ${visibleText(lane.container)}${restarts}`;
      if (made.title !== title) made.title = title;
    },
  };
}

function ownerParts(owner: string | null): readonly [kind: string, name: string] {
  if (owner === null) return ['', 'Pods of their own'];
  const slash = owner.indexOf('/');
  return [visibleText(owner.slice(0, Math.max(slash, 0)), 60), visibleText(owner.slice(slash + 1))];
}
