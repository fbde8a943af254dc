import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { EventBridgeTarget } from '../../../watcher/delivery/subscription-target.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { type Finding, notChecked, notOk, ok, withDetails } from '../examination/finding.ts';

/** Whether a bus can be reached with the credentials that the AWS SDK finds. Nothing is put on it. */
export function checkBus(
  { check }: Examination,
  configuration: Examined<unknown>,
  target: EventBridgeTarget,
): void {
  const about = (step: string, title: string) => ({
    id: `subscriptions.${target.name}.${step}`,
    group: `Subscription ${target.name}`,
    title,
  });
  const credentials = check({
    ...about('credentials', 'credentials'),
    needs: [configuration],
    run: () => findCredentials(target),
  });
  check({
    ...about('bus', 'bus'),
    needs: [credentials],
    run: ([region], signal) => lookUp(target, region, signal),
  });
  check({
    ...about('permission', 'events:PutEvents'),
    needs: [credentials],
    run: () =>
      notChecked(
        'AWS cannot be asked for it without putting an event on the bus',
        'See docs/aws.md for the policy; "aws iam simulate-principal-policy" tells what a role may.',
      ),
  });
}

async function findCredentials(target: EventBridgeTarget): Promise<Finding<string>> {
  // The SDK takes long to load: only whoever has a bus waits for it.
  const { findBusAccess } = await import('../../../watcher/delivery/send/eventbridge-client.ts');
  try {
    const { region, accessKeyId } = await findBusAccess(target);
    return ok(`found for ${region} (access key ${accessKeyId.slice(0, 4)}…)`, region);
  } catch (error) {
    return notOk(
      describeError(error),
      'Give the Pod a role (IRSA, Pod Identity), or set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
}

async function lookUp(target: EventBridgeTarget, region: string, signal: AbortSignal): Promise<Finding> {
  const { busName } = target;
  const { lookUpBus } = await import('../../../watcher/delivery/send/eventbridge-client.ts');
  const found = await lookUpBus(target, signal);
  switch (found.kind) {
    case 'found':
      return withDetails(ok(`${busName} is there, in ${region}`), { arn: found.arn });
    case 'absent':
      return notOk(
        `there is no bus ${busName} in ${region}`,
        'Are the name, the region and the account of the credentials right?',
      );
    case 'notAllowed':
      return notChecked(
        'these credentials are valid, and may not events:DescribeEventBus',
        'Delivering does not need that. Allow it, and this check tells whether the bus is there.',
      );
    case 'failed':
      return notOk(found.reason, 'Can AWS be reached, and are the credentials those of its account?');
    default:
      return found satisfies never;
  }
}
