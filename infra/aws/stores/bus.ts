import { type Archive, EventBus } from 'aws-cdk-lib/aws-events';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EVENTBRIDGE_SOURCE } from '../../../protocol/eventbridge/eventbridge-entry.ts';

export type Bus = { readonly bus: EventBus; readonly archive: Archive };

/**
 * The bus between receiver and handlers, with an archive of everything that went over it, for replays.
 *
 * Without `writers` it has no resource policy: who may put to it is up to the IAM of this account. A writer is a role,
 * as a rule of another account, that may put events of this source and nothing else.
 */
export function createBus(
  scope: Construct,
  options: { readonly archiveDays: number; readonly writers: readonly string[] },
): Bus {
  const bus = new EventBus(scope, 'Bus', { description: 'Container lifecycle events of Offhook' });
  const archive = bus.archive('Archive', {
    description: 'Every event of the bus, to be replayed',
    eventPattern: { source: [EVENTBRIDGE_SOURCE] },
    retention: Duration.days(options.archiveDays),
  });
  options.writers.forEach((arn, index) => {
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: `Writer${index + 1}`,
        principals: [new ArnPrincipal(arn)],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': EVENTBRIDGE_SOURCE } },
      }),
    );
  });
  return { bus, archive };
}
