import type { Mutation } from '../mutation.ts';
import { mapPods, podsOf } from './change-batch.ts';

/** Mistakes in what is taken from the cluster: put in between source and ingest. */
export const READING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'key-by-name',
    mistake: 'Pods are keyed by namespace and name, so the same name again is the same Pod',
    caughtBy: ['Complete', 'NoPhantom', 'DeclaredGap'],
    sink(sink) {
      const first = new Map<string, string>();
      const keyOf = (name: string, key: string) => {
        if (!first.has(name)) first.set(name, key);
        return first.get(name) ?? key;
      };
      return {
        ...sink,
        accept(batch) {
          const names = new Map(podsOf(batch).map(({ key, name }) => [key, name]));
          const renamed = mapPods(batch, (pod) => ({ ...pod, key: keyOf(pod.name, pod.key) }));
          if (renamed.kind !== 'listed') return sink.accept(renamed);
          const keys = [...renamed.keys].map((key) => first.get(names.get(key) ?? '') ?? key);
          const known = [...first.values()].filter((key) => !keys.includes(key) && renamed.keys.has(key));
          return sink.accept({ ...renamed, keys: new Set([...keys, ...known]) });
        },
      };
    },
  },
  {
    name: 'skip-last-state',
    mistake: 'lastState is not read',
    caughtBy: ['Complete'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) =>
        sink.accept(
          mapPods(batch, (pod) => ({
            ...pod,
            containers: pod.containers.map((container) => ({ ...container, last: null })),
          })),
        ),
    }),
  },
  {
    name: 'ignore-deletion',
    mistake: 'a deletionTimestamp is not read',
    caughtBy: ['Complete'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) => sink.accept(mapPods(batch, (pod) => ({ ...pod, deletion: null }))),
    }),
  },
  {
    name: 'mirror-as-pod',
    mistake: 'a mirror Pod is taken for a Pod',
    caughtBy: ['NoPhantom'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) => sink.accept(mapPods(batch, (pod) => ({ ...pod, mirror: false }))),
    }),
  },
  {
    name: 'missing-is-nothing',
    mistake: 'a Pod missing from a complete list is thought nothing of',
    caughtBy: ['Complete'],
    sink(sink) {
      const seen = new Set<string>();
      return {
        ...sink,
        accept(batch) {
          for (const { key } of podsOf(batch)) seen.add(key);
          if (batch.kind === 'listed')
            return sink.accept({ ...batch, keys: new Set([...batch.keys, ...seen]) });
          return sink.accept(batch);
        },
      };
    },
  },
  {
    name: 'no-gap-on-410',
    mistake: 'after a 410 the list is taken as if nothing was missing',
    caughtBy: ['DeclaredGap'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) =>
        sink.accept(batch.kind === 'listed' && batch.why === 'expired' ? { ...batch, why: 'resync' } : batch),
    }),
  },
  {
    name: 'gap-on-every-list',
    mistake: 'each comparison with a full list is called a gap',
    caughtBy: ['DeclaredGap'],
    sink: (sink) => ({
      ...sink,
      accept: (batch) =>
        sink.accept(batch.kind === 'listed' && batch.why === 'resync' ? { ...batch, why: 'expired' } : batch),
    }),
  },
  {
    name: 'killing-any-run',
    mistake: 'a Killing Event is taken for the run alive when it is read, whenever that began',
    caughtBy: ['NoPhantom'],
    sink: (sink) => ({
      ...sink,
      accept(batch) {
        if (batch.kind !== 'notices') return sink.accept(batch);
        const notices = batch.notices.map((notice) => ({ ...notice, lastTimestamp: '2030-01-01T00:00:00Z' }));
        return sink.accept({ ...batch, notices });
      },
    }),
  },
  {
    name: 'lose-batch-on-full-disk',
    mistake: 'what could not be stored is dropped, and reading goes on',
    caughtBy: ['Complete'],
    sink: (sink) => ({
      ...sink,
      accept(batch) {
        try {
          sink.accept(batch);
        } catch {
          // Thought handled.
        }
      },
    }),
  },
];
