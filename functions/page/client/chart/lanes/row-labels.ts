import type { FoldRow, GroupRow, LaneRow, Row } from '../../../model/rows/lay-out.ts';
import type { Lane } from '../../../model/runs/lane.ts';
import { countWords } from '../../../model/text/number-words.ts';
import { visibleText } from '../../../model/text/visible-text.ts';
import { containerWords } from '../../../model/words/describe-run.ts';
import { button, element, setText } from '../../dom/element.ts';

type LabelEvents = {
  onToggle(kind: 'group' | 'fold', groupKey: string): void;
  onLane(rowKey: string): void;
};

type Label = { readonly made: HTMLElement; write(row: Row): void };

/**
 * The labels beside (on a phone: above) the lanes: only those on screen exist. They are no tab stops, because walking
 * through the runs by keyboard reaches the same things.
 */
export function createRowLabels(root: HTMLElement, events: LabelEvents, severalClusters: () => boolean) {
  const labels = new Map<string, Label>();
  const createLabel = ({ kind, key }: Row) => {
    if (kind === 'lane') return laneLabel(key, events);
    return kind === 'group' ? groupLabel(key, events, severalClusters) : foldLabel(key, events);
  };

  return function place(rows: readonly Row[], scrollTop: number): void {
    const wanted = new Set(rows.map(({ kind, key }) => `${kind} ${key}`));
    for (const [key, { made }] of labels) {
      if (wanted.has(key)) continue;
      made.remove();
      labels.delete(key);
    }
    for (const [index, row] of rows.entries()) {
      const key = `${row.kind} ${row.key}`;
      const label = labels.get(key) ?? createLabel(row);
      labels.set(key, label);
      // In the order in which they are seen, for who hears them.
      if (root.children[index] !== label.made) root.insertBefore(label.made, root.children[index] ?? null);
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
    () => events.onToggle('group', key),
    place,
    owner,
    count,
  );
  return {
    made,
    write(row) {
      const { group, lanes, urgency, collapsed } = row as GroupRow;
      const [kind, name] = ownerParts(group.owner);
      const cluster = severalClusters() ? `${visibleText(group.cluster, 60)} / ` : '';
      setText(place, `${cluster}${visibleText(group.namespace, 80)} /`);
      setText(owner, name);
      const failing = urgency === 'failing';
      setText(count, `${failing ? 'failing · ' : ''}${countWords(lanes.length)}`);
      made.classList.toggle('failing', failing);
      const title = `${cluster}${visibleText(group.namespace)} / ${kind === '' ? '' : `${kind} `}${name}`;
      if (made.title !== title) made.title = title;
      made.setAttribute('aria-expanded', String(!collapsed));
      made.classList.toggle('problem', collapsed && lanes.some((lane) => lane.problem));
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
      const { lanes, first, last } = row as LaneRow;
      const lane = lanes[0];
      if (lane === undefined) return;
      const name = podWords(lanes);
      const restarts = lanes.reduce((sum, each) => sum + each.restarts, 0);
      setText(pod, first ? name : '');
      setText(container, visibleText(lane.container));
      setText(badge, restarts > 0 ? `↻ ${countWords(restarts)}` : '');
      badge.hidden = restarts === 0;
      made.classList.toggle('several', lanes.length > 1);
      made.classList.toggle(
        'problem',
        lanes.some((each) => each.problem),
      );
      made.classList.toggle('continues', !last);
      made.classList.toggle('again', !first);
      const told = restarts > 0 ? `, ${countWords(restarts)} restarts` : '';
      const title = `${name}, ${containerWords(lane)} ${visibleText(lane.container)}${told}`;
      if (made.title !== title) made.title = title;
    },
  };
}

function foldLabel(key: string, events: LabelEvents): Label {
  const words = element('span');
  const made = button(
    { class: 'label group fold', tabindex: '-1' },
    () => events.onToggle('fold', key),
    words,
  );
  return {
    made,
    write(row) {
      const { lanes, open } = row as FoldRow;
      setText(words, `${countWords(lanes.length)} without a change here`);
      made.setAttribute('aria-expanded', String(open));
    },
  };
}

/** The Pod, or how many there are that came one after the other. */
function podWords(lanes: readonly Lane[]): string {
  const names = new Set(lanes.map(({ pod }) => pod));
  const [name = ''] = names;
  return names.size === 1 ? visibleText(name) : `${countWords(names.size)} Pods in turn`;
}

function ownerParts(owner: string | null): readonly [kind: string, name: string] {
  if (owner === null) return ['', 'Pods of their own'];
  const slash = owner.indexOf('/');
  return [visibleText(owner.slice(0, Math.max(slash, 0)), 60), visibleText(owner.slice(slash + 1))];
}
