import { NO_FILTER } from '../../model/address/page-address.ts';
import type { FirstView } from '../../model/page-api.ts';
import { openFailures } from '../../model/rows/open-failures.ts';
import { isFiltered } from '../../model/rows/run-filter.ts';
import { wantedStretch } from '../../model/rows/wanted-stretch.ts';
import { noteConcerns } from '../../model/runs/note-concerns.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { createStatusStrip } from '../bars/status-strip.ts';
import { createChart } from '../chart/chart.ts';
import { createDetails } from '../details/details-panel.ts';
import { openLinked } from '../details/open-linked.ts';
import { requiredElement } from '../dom/element.ts';
import type { PageData } from '../feed/page-data.ts';
import { openingView } from '../opening/opening-view.ts';
import { createRerunButton } from '../rerun/rerun-button.ts';
import { createRerunDialog } from '../rerun/rerun-dialog.ts';
import { createTableView } from '../table/table-view.ts';
import type { ReaderPlace } from './reader-place.ts';

type ViewsDeps = {
  readonly first: FirstView;
  readonly data: PageData;
  readonly place: ReaderPlace;
  readonly format: MomentFormat;
  nowMs(): number;
  /** The chart has drawn a frame. */
  onFrame(): void;
};

const NOTE_ROOM_MS = 60_000;

/** What shows the data: the chart with the strip below it, the table, and the details of one run. */
export function createPageViews({ first, data, place, format, nowMs, onFrame }: ViewsDeps) {
  const { trail, loaded } = data;
  const chartSection = requiredElement('chart', HTMLElement);
  const tableSection = requiredElement('table-view', HTMLElement);
  const empty = requiredElement('empty', HTMLElement);
  const chart = createChart({
    ...{ root: chartSection, trail, format, nowMs, loaded, onFrame },
    first: openingView(location.hash, first.entries, nowMs()),
    onOpenRun: (lane, run) => details.showRun(lane, run),
    onOpenNote: (note) => details.showNote(note),
    onOutside: showOutside,
  });
  const details = createDetails({
    ...{ dialog: requiredElement('details', HTMLDialogElement), home: chart.plot, trail, format, nowMs },
    csrfToken: first.csrfToken,
    onShow(eventId, runId) {
      place.openEvent(eventId);
      chart.select(runId);
    },
    onZoom({ preparedMs, fromMs, toMs }) {
      place.go({ view: 'timeline' });
      chart.camera.glideFit(preparedMs ?? fromMs, toMs ?? nowMs());
    },
    onOnlyPod: ({ namespace, pod }) => place.go({ filter: { ...NO_FILTER, namespace, pod } }),
  });
  const table = createTableView({
    ...{ section: tableSection, body: requiredElement('runs', HTMLElement), format },
    onOpen: (lane, run) => details.showRun(lane, run),
    onOlder: () => data.reach(loaded().fromMs - 1),
  });
  const strip = createStatusStrip(format, { onNote: showNote, onOutside: showOutside, onSort: chart.sort });
  chartSection.append(strip.root);
  const rerunDialog = createRerunDialog({
    ...{ trail, format, csrfToken: first.csrfToken },
    home: () => (place.view() === 'table' ? tableSection : chart.plot),
    onOpenEvent: (id) => void openLinked(id, trail, { onRun: details.showRun, onNote: details.showNote }),
  });
  const rerunButtons = [strip.root, tableSection].map((section) => {
    const { root, show } = createRerunButton((shown) =>
      rerunDialog.open({ ...shown, filter: place.filter(), loaded: loaded() }),
    );
    if (section === tableSection) section.querySelector('.count')?.after(root);
    else section.prepend(root);
    return show;
  });

  /** Where the runs are that fit the filters. */
  function stretch() {
    return wantedStretch(trail.lanes().values(), place.filter(), nowMs());
  }

  function showOutside(): void {
    const found = stretch();
    if (found !== null) chart.camera.glideFit(found.fromMs, found.toMs);
  }

  function showNote(note: ClusterNote): void {
    const room = Math.max((note.toMs - note.fromMs) * 0.4, NOTE_ROOM_MS);
    chart.camera.glideFit(note.fromMs - room, note.toMs + room);
    details.showNote(note);
  }

  function showTable(): void {
    const { state } = loaded();
    const older = state === 'partial' || state === 'failed';
    table.show(trail.lanes().values(), place.filter(), { nowMs: nowMs(), older });
  }

  return {
    ...{ chart, details, tableSection, showTable },
    wanted: () => (isFiltered(place.filter()) ? stretch() : null),
    /** Everything that shows data, after it has changed. */
    show(): void {
      const isEmpty = trail.size() === 0;
      const inTable = place.view() === 'table';
      empty.hidden = !isEmpty;
      chartSection.hidden = isEmpty || inTable;
      tableSection.hidden = isEmpty || !inTable;
      chart.want(place.filter(), place.lanes());
      if (inTable) showTable();
      const gaveUp = openFailures(trail.lanes().values(), trail.notes(), place.filter());
      for (const showButton of rerunButtons) showButton(gaveUp);
      rerunDialog.update();
      details.update();
    },
    showStrip: () =>
      strip.show({
        ...chart.counts(),
        filtered: isFiltered(place.filter()),
        events: trail.size(),
        loaded: loaded(),
        notes: trail.notes().filter((note) => noteConcerns(note, place.filter())),
      }),
  };
}

export type PageViews = ReturnType<typeof createPageViews>;
