import { createMomentFormat } from '../model/format.ts';
import { NAME_FILTERS, NO_FILTER, type PageAddress, parseAddress } from '../model/page-address.ts';
import type { FirstView } from '../model/page-api.ts';
import { parseMoment } from '../model/page-moment.ts';
import { type ClusterNote, createTrail } from '../model/trail.ts';
import { spanOf } from '../model/view.ts';
import { createAddressBar } from './address-bar.ts';
import { createFilterBar } from './bars/filter-bar.ts';
import { createHelp } from './bars/help.ts';
import { createLiveSign } from './bars/live-sign.ts';
import { createStatusStrip } from './bars/status-strip.ts';
import { createViewBar } from './bars/view-bar.ts';
import { createChart } from './chart/chart.ts';
import { listenToPageKeys, listenToPlotKeys } from './chart/keyboard.ts';
import { createDetails } from './details/details-panel.ts';
import { openLinked } from './details/open-linked.ts';
import { required } from './dom/element.ts';
import { createHistory } from './feed/history.ts';
import { createIntake } from './feed/intake.ts';
import { createLiveFeed } from './feed/live-feed.ts';
import { createGrowingSpan } from './growing-span.ts';
import { openingView } from './opening-view.ts';
import { createPageKeys } from './page-keys.ts';
import { createTableView } from './table/table-view.ts';

const REFRESH_MS = 2_000;
const TICK_MS = { least: 100, most: 1_000 };
const NOTE_ROOM_MS = 60_000;

/** Puts the parts of the page together: first what holds data, then what shows it, then what changes it. */
export function startPage(first: FirstView): void {
  const format = createMomentFormat(Intl.DateTimeFormat().resolvedOptions().timeZone);
  // The server's clock counts: the reader's may be wrong.
  const skewMs = first.nowMs - Date.now();
  const nowMs = () => Date.now() + skewMs;
  const linked = parseMoment(location.hash);
  let address: PageAddress = parseAddress(new URLSearchParams(location.search));
  let openEvent: string | null = null;

  const trail = createTrail();
  trail.add(first.running);
  trail.add(first.entries);
  const intake = createIntake(trail, { onChange: show, onFull: (keptFromMs) => history.letGo(keptFromMs) });
  const showLive = createLiveSign(required('live', HTMLElement));
  const history = createHistory({
    onEntries: intake.take,
    onChange: intake.changed,
    onAccessEnded: () => showLive({ kind: 'stopped', why: 'access' }),
  });
  const feed = createLiveFeed({
    cursor: first.cursor,
    onEntries(entries) {
      growing.learn(entries);
      intake.take(entries);
    },
    onState: showLive,
  });

  const chartSection = required('chart', HTMLElement);
  const tableSection = required('table-view', HTMLElement);
  const empty = required('empty', HTMLElement);
  const chart = createChart({
    ...{ root: chartSection, trail, format, nowMs, loaded: history.loaded, onFrame: framed },
    first: openingView(location.hash, first.entries, nowMs()),
    onOpenRun: (lane, run) => details.showRun(lane, run),
    onOpenNote: (note) => details.showNote(note),
  });
  const { camera, plot } = chart;
  const growing = createGrowingSpan({ camera, first: first.entries, hands: window, nowMs });
  const details = createDetails({
    ...{ dialog: required('details', HTMLDialogElement), home: plot, trail, format, nowMs },
    csrfToken: first.csrfToken,
    onShow(eventId, runId) {
      openEvent = eventId;
      chart.select(runId);
    },
    onZoom({ preparedMs, fromMs, toMs }) {
      go({ ...address, view: 'timeline' });
      camera.glideFit(preparedMs ?? fromMs, toMs ?? nowMs());
    },
    onOnlyPod: ({ namespace, pod }) => go({ ...address, filter: { ...NO_FILTER, namespace, pod } }),
  });
  const table = createTableView({
    ...{ section: tableSection, body: required('runs', HTMLElement), format },
    onOpen: (lane, run) => details.showRun(lane, run),
    onOlder: () => history.reach(history.loaded().fromMs - 1),
  });
  const strip = createStatusStrip(format, showNote);
  chartSection.append(strip.root);

  const addressBar = createAddressBar(arrive);
  const filterBar = createFilterBar(required('filters', HTMLFormElement), (filter) =>
    go({ ...address, filter }),
  );
  const keys = createPageKeys({
    ...{ chart, nowMs, loaded: history.loaded, onHelp: createHelp().toggle },
    onView: () => go({ ...address, view: address.view === 'table' ? 'timeline' : 'table' }),
  });
  const viewBar = createViewBar({
    ...keys,
    onSpan: camera.follow,
    onPause: camera.pause,
    onView: (view) => go({ ...address, view }),
  });
  required('top', HTMLElement).append(viewBar.root);
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    go({ ...address, view: 'table' });
    tableSection.focus();
  });
  listenToPageKeys(document, keys);
  listenToPlotKeys(plot, keys, chart.walk);

  const oldest = first.entries.at(-1)?.occurredAtMs;
  history.begin(address.filter, first.next !== null && oldest !== undefined ? oldest + 1 : first.fromMs);
  filterBar.show(address.filter);
  show();
  feed.start(address.filter);
  tick();
  setInterval(refresh, REFRESH_MS);
  void openLinked(linked.eventId, trail, { onRun: details.showRun, onNote: details.showNote });

  /** Everything that shows data, after it has changed. */
  function show(): void {
    const isEmpty = trail.size() === 0;
    const inTable = address.view === 'table';
    empty.hidden = !isEmpty;
    chartSection.hidden = isEmpty || inTable;
    tableSection.hidden = isEmpty || !inTable;
    filterBar.learn(trail.lanes().values());
    chart.setFilter(address.filter);
    if (inTable) showTable();
    details.update();
    framed();
  }

  function showTable(): void {
    const { state } = history.loaded();
    const older = state === 'partial' || state === 'failed';
    table.show(trail.lanes().values(), address.filter, { nowMs: nowMs(), older });
  }

  /** What follows from where the view stands. */
  function framed(): void {
    const view = camera.view();
    viewBar.show({ following: view.following, spanMs: spanOf(view), view: address.view });
    const { lanes, away } = chart.counts();
    strip.show({ lanes, away, events: trail.size(), loaded: history.loaded(), notes: trail.notes() });
    history.reach(view.fromMs - spanOf(view) / 4);
    const { fromMs, toMs } = view.following ? { fromMs: null, toMs: null } : view;
    addressBar.remember({ fromMs, toMs, eventId: openEvent });
  }

  /** The reader has chosen something. */
  function go(next: PageAddress): void {
    addressBar.go(next);
    arrive(next);
  }

  function arrive(next: PageAddress): void {
    const asksAgain = NAME_FILTERS.some((name) => next.filter[name] !== address.filter[name]);
    address = next;
    filterBar.show(next.filter);
    if (asksAgain) {
      void history.restart(next.filter, nowMs());
      feed.start(next.filter);
    }
    show();
  }

  function showNote(note: ClusterNote): void {
    const room = Math.max((note.toMs - note.fromMs) * 0.4, NOTE_ROOM_MS);
    camera.glideFit(note.fromMs - room, note.toMs + room);
    details.showNote(note);
  }

  /** Lanes come into reach, and durations grow, without any news. */
  function refresh(): void {
    if (document.hidden) return;
    growing.update();
    if (address.view === 'table') showTable();
    else if (camera.view().following) chart.refresh();
  }

  /** Time passes: as often as it moves something by a pixel. */
  function tick(): void {
    const pixelMs = spanOf(camera.view()) / Math.max(plot.clientWidth, 1);
    if (!document.hidden) camera.tick();
    setTimeout(tick, Math.min(Math.max(pixelMs, TICK_MS.least), TICK_MS.most));
  }
}
