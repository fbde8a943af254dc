import { button, element, setPressed } from '../dom/element.ts';

/** How the lanes stand. */
type LaneChoice = { readonly packed: boolean; readonly byName: boolean };

/** Buttons for the order of the groups, and for who shares a lane. */
export function createLaneBar(onChoice: (part: Partial<LaneChoice>) => void) {
  const urgent = button(
    { title: 'Failing now first, then changed lately' },
    () => onChoice({ byName: false }),
    'Needs eyes',
  );
  const byName = button(
    { title: 'By cluster, namespace and name (N)' },
    () => onChoice({ byName: true }),
    'By name',
  );
  const packed = button(
    { title: 'Pods of one owner that came one after the other share a lane' },
    () => onChoice({ packed: true }),
    'Packed',
  );
  const each = button({ title: 'One lane for each Pod (P)' }, () => onChoice({ packed: false }), 'Each Pod');
  const group = (label: string, ...content: readonly HTMLElement[]) =>
    element('span', { class: 'group', role: 'group', 'aria-label': label }, ...content);
  const root = element(
    'span',
    { class: 'lane-bar' },
    group('Order', urgent, byName),
    group('Lanes', packed, each),
  );

  return {
    root,
    show(choice: LaneChoice): void {
      setPressed(urgent, !choice.byName);
      setPressed(byName, choice.byName);
      setPressed(packed, choice.packed);
      setPressed(each, !choice.packed);
    },
  };
}
