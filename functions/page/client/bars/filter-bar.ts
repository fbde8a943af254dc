import { RUN_STATES } from '../../model/container-run.ts';
import { STATE_WORDS } from '../../model/describe-run.ts';
import type { Lane } from '../../model/lane.ts';
import { NAME_FILTERS, NO_FILTER, type PageFilter } from '../../model/page-address.ts';
import { visibleText } from '../../model/visible-text.ts';
import { button, element } from '../dom/element.ts';

type NameFilter = (typeof NAME_FILTERS)[number];

const ALL: Readonly<Record<NameFilter, string>> = {
  cluster: 'All clusters',
  namespace: 'All namespaces',
  pod: 'All Pods',
  container: 'All containers',
};
/** So many names are offered; others can be typed. */
const MAX_OFFERED = 500;

/** The filters; a change takes effect at once. */
export function createFilterBar(form: HTMLFormElement, onFilter: (filter: PageFilter) => void) {
  const known: Record<NameFilter, Set<string>> = {
    cluster: new Set(),
    namespace: new Set(),
    pod: new Set(),
    container: new Set(),
  };
  const names = new Map(NAME_FILTERS.map((name) => [name, createNameField(name)]));
  const outcome = element('select', { 'aria-label': 'Outcome', name: 'outcome' });
  outcome.append(element('option', { value: '' }, 'All outcomes'));
  for (const state of RUN_STATES) outcome.append(element('option', { value: state }, STATE_WORDS[state]));
  const problems = element('input', { type: 'checkbox', name: 'problems' });
  const clear = button({ class: 'quiet clear' }, () => onFilter(NO_FILTER), 'Clear');

  form.replaceChildren(
    ...[...names.values()].flatMap(({ input, list }) => [input, list]),
    outcome,
    element('label', { class: 'check' }, problems, 'Only problems'),
    clear,
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', () => onFilter(read()));

  function read(): PageFilter {
    const text = (name: NameFilter) => names.get(name)?.input.value.trim() || null;
    return {
      cluster: text('cluster'),
      namespace: text('namespace'),
      pod: text('pod'),
      container: text('container'),
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
      clear.hidden = Object.entries(filter).every(([, value]) => value === null || value === false);
    },
    /** Offers the names that there are. */
    learn(lanes: Iterable<Lane>): void {
      for (const lane of lanes) for (const name of NAME_FILTERS) known[name].add(lane[name]);
      for (const [name, { input, list }] of names) {
        const offered = [...known[name]].sort().slice(0, MAX_OFFERED);
        if (list.options.length !== offered.length) {
          list.replaceChildren(...offered.map((value) => element('option', { value }, visibleText(value))));
        }
        input.hidden = name === 'cluster' && known.cluster.size < 2 && input.value === '';
      }
    },
  };
}

function createNameField(name: NameFilter) {
  const input = element('input', {
    ...{ name, list: `known-${name}`, placeholder: ALL[name], 'aria-label': name },
    ...{ autocomplete: 'off', spellcheck: 'false', maxlength: '300', type: 'search' },
  });
  return { input, list: element('datalist', { id: `known-${name}` }) };
}
