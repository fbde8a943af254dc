import { describe, expect, it } from 'vitest';
import { titleOf } from '../manifests/manifest.ts';
import { networkFaults } from '../manifests/network-rules.ts';
import { objectFaults } from '../manifests/object-rules.ts';
import { podFaults } from '../manifests/pod-rules.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { typeFaults } from '../manifests/type-faults.ts';
import { renderChart } from './render-chart.ts';
import { SMALLEST_OBJECTS, VARIANTS } from './variants.ts';

describe.each(Object.entries(VARIANTS))(
  'the chart with %s',
  (name, { values, options, adds = [], drops = [] }) => {
    const rendering = renderChart(values, options);
    const onOpenShift = name.startsWith('OpenShift');

    it('renders these objects, each once', async () => {
      const expected = [...SMALLEST_OBJECTS.filter((each) => !drops.includes(each)), ...adds];
      expect((await rendering).map(titleOf).sort()).toEqual(expected.sort());
    });

    it('keeps to the rules for Pods', async () => {
      expect(podsOf(await rendering).flatMap((pod) => podFaults(pod, { onOpenShift }))).toEqual([]);
    });

    it('keeps to the rules for objects', async () => {
      expect(objectFaults(await rendering)).toEqual([]);
    });

    it('keeps to the types of Kubernetes', async () => {
      expect((await rendering).flatMap(typeFaults)).toEqual([]);
    });

    it('fences every Pod in, where a network policy is wanted', async () => {
      const manifests = await rendering;
      const wanted = 'networkPolicy' in values;
      const faults = podsOf(manifests).flatMap((pod) => networkFaults(pod, manifests));
      expect(faults).toHaveLength(wanted ? 0 : 2 * podsOf(manifests).length);
    });

    it('leaves nothing but claims, the kinds and the key of namespaces behind when it is uninstalled', async () => {
      for (const { kind, metadata } of await rendering) {
        const stays = kind === 'CustomResourceDefinition' || kind === 'Secret';
        expect(metadata.annotations?.['helm.sh/resource-policy']).toBe(stays ? 'keep' : undefined);
        const hook = metadata.annotations?.['helm.sh/hook'];
        const removes = metadata.annotations?.['helm.sh/hook-delete-policy'] ?? '';
        if (hook !== undefined)
          expect(removes.split(',')).toEqual(expect.arrayContaining(['hook-succeeded', 'hook-failed']));
      }
    });
  },
);

describe('a long release name', () => {
  it('keeps every name within 63 characters, also those that controllers make of them', async () => {
    const values = { ...VARIANTS['a receiver with everything']?.values, replicas: 2 };
    const manifests = await renderChart(values, {
      release: 'a-release-name-of-exactly-fifty-three-characters-yes1',
    });
    expect(objectFaults(manifests)).toEqual([]);
  });
});
