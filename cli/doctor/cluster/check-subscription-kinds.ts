import { isRecord } from '../../../watcher/lifecycle/snapshot/json-field.ts';
import { readAnswerBody } from '../../../watcher/source/api/read-answer-body.ts';
import {
  SUBSCRIPTION_API_VERSION,
  SUBSCRIPTION_KINDS,
} from '../../../watcher/subscriptions/spec/subscription-kind.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { ok, warning } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

const MOST_BYTES = 256 * 1024;
const HINT = 'Apply infra/crds of the release that the watcher is of, or upgrade the chart.';

/** Whether the cluster knows the kinds of subscriptions that are objects. Without them those of the file are told. */
export function checkSubscriptionKinds({ check }: Examination, server: Examined<AnsweringServer>): void {
  check({
    id: 'cluster.subscriptionKinds',
    group: API_SERVER_GROUP,
    title: 'HookSubscriptions',
    needs: [server],
    async run([{ cluster }], signal) {
      const { status, body } = await cluster.request(`/apis/${SUBSCRIPTION_API_VERSION}`, { signal });
      const read = await readAnswerBody(body, MOST_BYTES);
      if (status === 404) return ok('the kinds are not installed: subscriptions are those of the file');
      if (status !== 200 || read.kind !== 'json') return warning(`could not be asked: answered ${status}`);
      const served = servedNames(read.value);
      const missing = Object.values(SUBSCRIPTION_KINDS)
        .flatMap(({ plural }) => [plural, `${plural}/status`])
        .filter((name) => !served.includes(name));
      if (missing.length > 0) return warning(`the cluster does not know ${missing.join(', ')}`, HINT);
      return ok(`${SUBSCRIPTION_API_VERSION} is served`);
    },
  });
}

function servedNames(list: unknown): unknown[] {
  const resources = isRecord(list) && Array.isArray(list.resources) ? list.resources : [];
  return resources.map((each) => (isRecord(each) ? each.name : undefined));
}
