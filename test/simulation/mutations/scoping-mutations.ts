import { isNewer } from '../../../watcher/source/api/resource-version.ts';
import { resourceOf, type StreamName } from '../../../watcher/source/sink/stream-name.ts';
import type { Mutation } from '../mutation.ts';
import { podsOf } from './change-batch.ts';

/** Mistakes in telling namespaces apart that are followed each by itself. */
export const SCOPING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'list-judges-all',
    mistake: 'a Pod that the list of one namespace lacks is gone, whichever its own is',
    caughtBy: ['NoPhantom', 'CausalPerContainer'],
    sink: (sink) => {
      const seen = new Set<string>();
      return {
        ...sink,
        accept(batch) {
          for (const { key } of podsOf(batch)) seen.add(key);
          sink.accept(batch);
          if (batch.kind !== 'listed') return;
          const gone = [...seen].filter((key) => !batch.keys.has(key));
          sink.accept({ stream: batch.stream, kind: 'missed', seen: [], gone });
        },
      };
    },
  },
  {
    name: 'one-resume-point',
    mistake: 'a namespace resumes where the one that has come furthest stands',
    caughtBy: ['Complete'],
    sink: (sink) => {
      const furthest = new Map<string, string>();
      return {
        accept(batch) {
          sink.accept(batch);
          const [resource, at] = [resourceOf(batch.stream), sink.resumePoint(batch.stream)];
          const before = furthest.get(resource);
          if (at !== null && (before === undefined || isNewer(at, before))) furthest.set(resource, at);
        },
        resumePoint(stream: StreamName) {
          const own = sink.resumePoint(stream);
          return own && (furthest.get(resourceOf(stream)) ?? own);
        },
      };
    },
  },
  {
    name: 'gap-of-another',
    mistake: 'the first gap is told for all namespaces, and no other one after it',
    caughtBy: ['DeclaredGap'],
    journal: (journal) => {
      let told = false;
      return {
        ...journal,
        commit(batch) {
          const events = batch.events.filter(({ hook }) => hook !== 'gap' || !told);
          told ||= batch.events.some(({ hook }) => hook === 'gap');
          return journal.commit({ ...batch, events });
        },
      };
    },
  },
];
