import type { Mutation } from '../mutation.ts';
import { mapPods, podsOf } from './change-batch.ts';

/** Mistakes in what is believed of others: put in between source and ingest. */
export const BELIEVING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'key-by-annotation',
    mistake: 'a Pod is known by the UID that its annotations claim',
    caughtBy: ['Harmless', 'NoPhantom', 'Complete'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) =>
        sink.accept(
          mapPods(batch, (pod) => {
            const { claims } = pod.labels;
            return claims === undefined ? pod : { ...pod, key: claims, mirror: true };
          }),
        ),
    }),
  },
  {
    name: 'believe-by-uid',
    mistake: 'an Event is believed by the UID that it names, whoever wrote it where',
    caughtBy: ['NoPhantom'],
    sink(sink) {
      const seen = new Map<
        string,
        { readonly namespace: string; readonly podName: string; readonly node: string }
      >();
      return {
        ...sink,
        accept(batch) {
          for (const { key, namespace, name, node } of podsOf(batch))
            if (node !== null) seen.set(key, { namespace, podName: name, node });
          if (batch.kind !== 'notices') return sink.accept(batch);
          const notices = batch.notices.map((notice) => ({ ...notice, ...seen.get(notice.podUid) }));
          return sink.accept({ ...batch, notices });
        },
      };
    },
  },
  {
    name: 'one-stops-all',
    mistake: 'a deletion that no date can hold is an error, and its batch is read again for ever',
    caughtBy: ['Complete'],
    sink: (sink) => ({
      ...sink,
      accept(batch) {
        const far = podsOf(batch).some(({ deletion }) => deletion !== null && deletion.timestamp === null);
        if (far) throw new RangeError('Invalid time value');
        sink.accept(batch);
      },
    }),
  },
];
