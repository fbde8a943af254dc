import { isLabelKey, isLabelValue } from '../../protocol/event/filter-limits.ts';
import type { Kind } from '../command/kind.ts';

/** The labels of a namespace: `shop:team=billing,env=prod`. */
export const namespaceLabelsValue: Kind<readonly [namespace: string, labels: Record<string, string>]> = {
  expected: 'a namespace and its labels, such as shop:team=billing,env=prod',
  read(given) {
    const [, namespace, list] = /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?):(.{0,16384})$/.exec(given) ?? [];
    if (namespace === undefined || list === undefined) return undefined;
    const labels = list.split(',').map((label) => label.split('='));
    const isEach = labels.every(
      ([key = '', value, ...more]) =>
        isLabelKey(key) && value !== undefined && isLabelValue(value) && more.length === 0,
    );
    return isEach ? [namespace, Object.fromEntries(labels)] : undefined;
  },
};
