import { afterEach, beforeEach } from 'vitest';
import {
  createLocalCluster,
  type LocalCluster,
  type LocalClusterOptions,
} from '../../../infra/local/cluster.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { request } from './http.ts';

export const PODS = '/api/v1/namespaces/default/pods';

/** A fresh cluster on a virtual clock for each test of the file, closed after it. */
export function eachTestHasACluster(options: LocalClusterOptions = {}) {
  let running: { cluster: LocalCluster; clock: ReturnType<typeof createFakeClock> } | undefined;
  const current = () => {
    if (!running) throw new Error('there is no cluster outside of a test');
    return running;
  };
  beforeEach(async () => {
    const clock = createFakeClock();
    running = { clock, cluster: await createLocalCluster({ ...options, clock }) };
  });
  afterEach(async () => {
    await current().cluster.close();
    running = undefined;
  });
  return {
    get cluster() {
      return current().cluster;
    },
    get clock() {
      return current().clock;
    },
  };
}

/** A Pod that sleeps for an hour. */
export function manifest(name: string, { labels = {}, spec = {} }: { labels?: object; spec?: object } = {}) {
  const containers = [{ name: 'app', image: 'busybox', command: ['sleep', '3600'] }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers, ...spec } };
}

/** Status code and reason of an answer. */
export async function statusOf(...args: Parameters<typeof request>): Promise<unknown> {
  const answer = await request(...args);
  const { reason } = answer.body as { reason?: string };
  return [answer.status, reason];
}
