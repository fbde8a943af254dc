import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { leaseAddress } from '../../../watcher/run/open-replica.ts';
import { createLeaseApi, type LeaseAnswer } from '../../../watcher/standby/lease-api.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

/** Who leads, where the configuration has a standby. Nothing is written. */
export function checkLease(
  { check, clock, deadlineMs }: Examination,
  needs: readonly [Examined<AnsweringServer>, Examined<WatcherConfig>],
): void {
  check({
    id: 'cluster.lease',
    group: API_SERVER_GROUP,
    title: 'Lease',
    needs,
    async run([{ cluster }, { standby }]) {
      if (standby === undefined) return ok('not wanted (no standby)');
      const address = leaseAddress(standby, cluster.namespace);
      const name = `${address.namespace}/${address.name}`;
      return tell(name, await createLeaseApi({ cluster, clock, deadlineMs }, address).read());
    },
  });
}

function tell(name: string, answer: LeaseAnswer) {
  switch (answer.kind) {
    case 'lease': {
      const holder = answer.lease.holder;
      return ok(holder === '' ? `${name} is free` : `${name} is held by ${holder}`);
    }
    case 'absent':
      return ok(`${name} is not there yet; the first replica creates it`);
    case 'conflict':
      return notOk(`${name} cannot be read: it changed meanwhile`);
    case 'failed':
      return notOk(answer.message, 'Without the Lease no replica delivers.');
  }
}
