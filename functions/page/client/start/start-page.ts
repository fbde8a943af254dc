import { parseMoment } from '../../model/address/page-moment.ts';
import type { FirstView } from '../../model/page-api.ts';
import { createMomentFormat } from '../../model/time/moment-format.ts';
import { createLiveSign } from '../bars/live-sign.ts';
import { openLinked } from '../details/open-linked.ts';
import { requiredElement } from '../dom/element.ts';
import { createPageData } from '../feed/page-data.ts';
import { createGrowingSpan } from '../opening/growing-span.ts';
import { createPageControls } from './page-controls.ts';
import { createPageViews } from './page-views.ts';
import { letTimePass } from './passing-time.ts';
import { createReaderPlace } from './reader-place.ts';

/** Puts the parts of the page together: first what holds data, then what shows it, then what changes it. */
export function startPage(first: FirstView): void {
  const format = createMomentFormat(Intl.DateTimeFormat().resolvedOptions().timeZone);
  // The server's clock counts: the reader's may be wrong.
  const skewMs = first.nowMs - Date.now();
  const nowMs = () => Date.now() + skewMs;
  const linked = parseMoment(location.hash);

  const place = createReaderPlace(arrive);
  const data = createPageData(first, {
    onChange: show,
    onNews: (entries) => growing.learn(entries),
    onLive: createLiveSign(requiredElement('live', HTMLElement)),
  });
  const { trail, loaded } = data;
  const views = createPageViews({ first, data, place, format, nowMs, onFrame: framed });
  const { chart, details } = views;
  const growing = createGrowingSpan({ camera: chart.camera, first: first.entries, hands: window, nowMs });
  const controls = createPageControls({ views, place, nowMs, loaded, wanted: views.wanted });

  data.begin(place.filter());
  controls.show();
  show();
  letTimePass(chart, refresh);
  void openLinked(linked.eventId, trail, { onRun: details.showRun, onNote: details.showNote });

  function show(): void {
    controls.filterBar.learn(trail.lanes().values());
    views.show();
    framed();
  }

  /** What follows from where the view stands. */
  function framed(): void {
    const { fromMs, toMs, following } = chart.camera.view();
    const spanMs = toMs - fromMs;
    controls.viewBar.show({ following, spanMs, view: place.view() });
    views.showStrip();
    data.reach(fromMs - spanMs / 4);
    place.remember(following ? { fromMs: null, toMs: null } : { fromMs, toMs });
  }

  function arrive(asksAgain: boolean): void {
    controls.show();
    if (asksAgain) data.restart(place.filter(), nowMs());
    show();
  }

  function refresh(): void {
    growing.update();
    if (place.view() === 'table') views.showTable();
    else if (chart.camera.view().following) chart.refresh();
  }
}
