import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal, SessionTagsPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EVENTBRIDGE_SOURCE } from '../../protocol/eventbridge/eventbridge-entry.ts';
import type { AwsReceiverSettings } from './settings/receiver-settings.ts';

/**
 * Lets the watcher of an EKS cluster put to the bus as itself: a role that may do this only, bound to its service
 * account. There is no webhook then and no signature; IAM says who may put.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
 */
export function createWatcherAccess(
  scope: Construct,
  { cluster, namespace, serviceAccount }: NonNullable<AwsReceiverSettings['podIdentity']>,
  bus: EventBus,
): Role {
  const role = new Role(scope, 'WatcherRole', {
    description: 'Offhook watcher: puts events on the bus',
    assumedBy: new SessionTagsPrincipal(new ServicePrincipal('pods.eks.amazonaws.com')),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': EVENTBRIDGE_SOURCE } },
    }),
  );
  new CfnPodIdentityAssociation(scope, 'WatcherIdentity', {
    clusterName: cluster,
    namespace,
    serviceAccount,
    roleArn: role.roleArn,
  });
  return role;
}
