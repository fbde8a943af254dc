import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { EventBridgeTarget } from '../../../watcher/delivery/subscription-target.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';

/** Whether the AWS SDK finds a region and credentials for a bus. Nothing is put on it. */
export function checkBus(
  { check }: Examination,
  configuration: Examined<unknown>,
  target: EventBridgeTarget,
): void {
  check({
    id: `subscriptions.${target.name}.credentials`,
    group: `Subscription ${target.name}`,
    title: 'credentials',
    needs: [configuration],
    async run() {
      // The SDK takes long to load: only whoever has a bus waits for it.
      const { findBusAccess } = await import('../../../watcher/delivery/send/eventbridge-client.ts');
      try {
        const { region, accessKeyId } = await findBusAccess(target);
        return ok(
          `found for ${region} (access key ${accessKeyId.slice(0, 4)}…); whether they may events:PutEvents is not asked`,
        );
      } catch (error) {
        return notOk(
          describeError(error),
          'Give the Pod a role (IRSA, Pod Identity), or set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
        );
      }
    },
  });
}
