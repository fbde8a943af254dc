import { containerEvent } from '../../watcher/ingest/container-event.ts';
import type { NewEvent } from '../../watcher/ingest/lifecycle-journal.ts';
import { observePod } from '../../watcher/lifecycle/observe-pod.ts';
import { projectPod } from '../../watcher/lifecycle/snapshot/project-pod.ts';
import { podRenderer, stateOf } from '../pods/watch-bytes.ts';
import { CLUSTER } from './row-context.ts';

/** Real postStart events of `count` Pods, for one subscription, as ingesting hands them to the journal. */
export function sampleEvents(count: number, subscription: string): readonly NewEvent[] {
  const render = podRenderer();
  return Array.from({ length: count }, (_, index) => {
    const pod = projectPod(JSON.parse(render(stateOf('transitions', index, -1, index + 1))));
    const [started] = pod === null ? [] : observePod(null, pod, 'watch').transitions;
    if (started === undefined) throw new Error('the first sight of a running Pod means a postStart');
    return { ...containerEvent(started, CLUSTER, Date.now()), subscriptions: [subscription] };
  });
}
