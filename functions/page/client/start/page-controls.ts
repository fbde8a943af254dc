import type { LoadedHistory } from '../../model/loaded-history.ts';
import { createFilterBar } from '../bars/filter-bar.ts';
import { createHelp } from '../bars/help.ts';
import { createLaneBar } from '../bars/lane-bar.ts';
import { createViewBar } from '../bars/view-bar.ts';
import { letGoOfButtons, listenToKeys } from '../chart/keys/keyboard.ts';
import { createPageKeys } from '../chart/keys/page-keys.ts';
import { requiredElement } from '../dom/element.ts';
import type { PageViews } from './page-views.ts';
import type { ReaderPlace } from './reader-place.ts';

type ControlsDeps = {
  readonly views: Pick<PageViews, 'chart' | 'tableSection'>;
  readonly place: ReaderPlace;
  nowMs(): number;
  loaded(): LoadedHistory;
  wanted(): { readonly fromMs: number; readonly toMs: number } | null;
};

/** What changes the view: the filters, the buttons, the keys, and the link that skips to the table. */
export function createPageControls({ views, place, nowMs, loaded, wanted }: ControlsDeps) {
  const { chart, tableSection } = views;
  const laneBar = createLaneBar((part) => place.go(part));
  const form = requiredElement('filters', HTMLFormElement);
  const filterBar = createFilterBar(form, laneBar.root, (filter) => place.go({ filter }));
  const keys = createPageKeys({
    ...{ camera: chart.camera, nowMs, loaded, wanted },
    onScroll: chart.scrollRows,
    onHelp: createHelp().toggle,
    onView: () => place.go({ view: place.view() === 'table' ? 'timeline' : 'table' }),
    onPacked: () => place.go({ packed: !place.lanes().packed }),
    onByName: () => place.go({ byName: !place.lanes().byName }),
  });
  const viewBar = createViewBar({
    ...keys,
    onSpan: chart.camera.follow,
    onPause: chart.camera.pause,
    onView: (view) => place.go({ view }),
  });
  requiredElement('top', HTMLElement).append(viewBar.root);
  leadTo('[href="#table-view"]', 'table', tableSection);
  leadTo('[href="#chart"]', 'timeline', chart.plot);
  listenToKeys(chart.plot, keys, chart.walk);
  letGoOfButtons();

  /** A skip link shows what it leads to, too. */
  function leadTo(link: string, view: 'timeline' | 'table', target: HTMLElement): void {
    document.querySelector(`.skip${link}`)?.addEventListener('click', (event) => {
      event.preventDefault();
      place.go({ view });
      target.focus();
    });
  }

  return {
    viewBar,
    filterBar,
    /** Where the reader is, as far as bars show it. */
    show(): void {
      filterBar.show(place.filter());
      laneBar.show(place.lanes());
    },
  };
}
