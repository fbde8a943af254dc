import { messageOf } from '../ambient/describe-error.ts';
import type { PlainAnswer } from '../serving/plain-server.ts';
import type { ScrapePage } from './scrape-page.ts';

/** What a scrape gets. The rest of the process must go on; a scrape that failed is seen in Prometheus as `up` 0. */
export async function metricsAnswer({ contentType, text }: ScrapePage): Promise<PlainAnswer> {
  try {
    return { status: 200, body: await text(), contentType };
  } catch (error) {
    return { status: 500, body: `the metrics cannot be measured: ${messageOf(error)}\n` };
  }
}
