import { NAME_FILTERS, type PageFilter } from '../../model/address/page-address.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { STATE_WORDS } from '../../model/words/describe-run.ts';
import { button, element } from '../dom/element.ts';

/** The filters that are set, each with a way to take it off; for where the fields are not to be seen. */
export function createFilterChips(onFilter: (filter: PageFilter) => void) {
  const root = element('div', { class: 'chips', role: 'group', 'aria-label': 'Active filters' });
  return {
    root,
    /** @returns how many there are. */
    show(filter: PageFilter): number {
      const chips = chipsOf(filter).map(({ words, without }) =>
        button(
          { class: 'chip', 'aria-label': `Take off the filter ${words}` },
          () => onFilter({ ...filter, ...without }),
          words,
          ' ×',
        ),
      );
      root.replaceChildren(...chips);
      return chips.length;
    },
  };
}

type Chip = { readonly words: string; readonly without: Partial<PageFilter> };

/** The filters that are set, in words. */
export function chipsOf(filter: PageFilter): readonly Chip[] {
  const names = NAME_FILTERS.map((name) => ({ name, value: filter[name] })).flatMap(({ name, value }) =>
    value === null ? [] : [{ words: `${name} ${visibleText(value, 60)}`, without: { [name]: null } }],
  );
  const { outcome, problems } = filter;
  return [
    ...names,
    ...(outcome === null ? [] : [{ words: STATE_WORDS[outcome], without: { outcome: null } }]),
    ...(problems ? [{ words: 'only problems', without: { problems: false } }] : []),
  ];
}
