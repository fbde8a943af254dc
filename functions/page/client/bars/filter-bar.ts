import {
  NAME_FILTERS,
  type NameFilter,
  NO_FILTER,
  type PageFilter,
  readNames,
} from '../../model/address/page-address.ts';
import { RUN_STATES } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { STATE_WORDS } from '../../model/words/describe-run.ts';
import { button, element } from '../dom/element.ts';
import { createFilterChips } from './filter-chips.ts';

const ALL: Readonly<Record<NameFilter, string>> = {
  cluster: 'All clusters',
  namespace: 'All namespaces',
  pod: 'All Pods',
  container: 'All containers',
};
/** So many names are offered; others can be typed. */
const MAX_OFFERED = 500;

/**
 * The filters; a change takes effect at once. On a phone the fields are folded away behind a button, and those that are
 * set stand beside it.
 *
 * @param more what else is chosen there.
 */
export function createFilterBar(
  form: HTMLFormElement,
  more: HTMLElement,
  onFilter: (filter: PageFilter) => void,
) {
  const names = new Map(NAME_FILTERS.map((name) => [name, createNameField(name)]));
  const outcome = element('select', { 'aria-label': 'Outcome', name: 'outcome' });
  outcome.append(element('option', { value: '' }, 'All outcomes'));
  for (const state of RUN_STATES) outcome.append(element('option', { value: state }, STATE_WORDS[state]));
  const problems = element('input', { type: 'checkbox', name: 'problems' });
  const clear = button({ class: 'quiet clear' }, () => onFilter(NO_FILTER), 'Clear');
  const chips = createFilterChips(onFilter);
  const fields = element(
    'div',
    { class: 'fields', id: 'filter-fields' },
    ...[...names.values()].flatMap(({ input, list }) => [input, list]),
    outcome,
    element('label', { class: 'check' }, problems, 'Only problems'),
    clear,
    more,
  );
  const toggle = button(
    { class: 'toggle', 'aria-expanded': 'false', 'aria-controls': fields.id },
    () => toggle.setAttribute('aria-expanded', String(form.classList.toggle('open'))),
    'Filters',
  );

  form.replaceChildren(toggle, chips.root, fields);
  letGoOfChoice(form, outcome);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => onFilter(read()));

  function read(): PageFilter {
    const text = (name: NameFilter) => names.get(name)?.input.value.trim() || null;
    return {
      ...readNames(text),
      outcome: RUN_STATES.find((state) => state === outcome.value) ?? null,
      problems: problems.checked,
    };
  }

  return {
    /** Shows a filter that came from elsewhere: the URL, a button, the history. */
    show(filter: PageFilter): void {
      for (const [name, { input }] of names) {
        input.value = filter[name] ?? '';
        input.classList.toggle('set', filter[name] !== null);
      }
      outcome.value = filter.outcome ?? '';
      outcome.classList.toggle('set', filter.outcome !== null);
      problems.checked = filter.problems;
      // Out of sight it keeps its place: what stands behind it must not move.
      clear.classList.toggle('away', chips.show(filter) === 0);
    },
    /** Offers the names that there are. */
    learn(lanes: Iterable<Lane>): void {
      for (const lane of lanes) for (const [name, { known }] of names) known.add(lane[name]);
      for (const { list, known } of names.values()) {
        const offered = [...known].sort().slice(0, MAX_OFFERED);
        if (list.options.length !== offered.length) {
          list.replaceChildren(...offered.map((value) => element('option', { value }, visibleText(value))));
        }
      }
    },
  };
}

/** Whoever chose with the mouse is done with it: keys are the drawing's again. */
function letGoOfChoice(form: HTMLFormElement, choice: HTMLSelectElement): void {
  let byHand = false;
  form.addEventListener('pointerdown', () => {
    byHand = true;
  });
  form.addEventListener('keydown', () => {
    byHand = false;
  });
  choice.addEventListener('change', () => {
    if (byHand) choice.blur();
  });
}

function createNameField(name: NameFilter) {
  const input = element('input', {
    ...{ name, list: `known-${name}`, placeholder: ALL[name], 'aria-label': name },
    ...{ autocomplete: 'off', spellcheck: 'false', maxlength: '300', type: 'search' },
  });
  return { input, list: element('datalist', { id: `known-${name}` }), known: new Set<string>() };
}
