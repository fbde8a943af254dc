import type { Plan } from './plan.ts';

/** A world that once broke a promise, made as small as it would get; and what was wrong with the product. */
export type Regression = { readonly bug: string; readonly plan: Plan };

/**
 * By number, for ever: docs/simulation.md lists them. Plans and not only seeds, so that they stay what they were when the
 * generator changes.
 */
export const REGRESSIONS: readonly Regression[] = [
  {
    bug: 'after a restore of etcd, a run older than all remembered ones ended the run that was alive',
    plan: {
      seed: 212,
      server: { watchList: false, pageSize: 1 },
      actions: [
        { atMs: 152_175, kind: 'pod', life: 'crashLoop', name: 'db' },
        { atMs: 170_918, kind: 'pod', life: 'mirror', name: 'db' },
        { atMs: 192_033, kind: 'restore', back: 7 },
      ],
    },
  },
  {
    bug: 'a change that the server told to no watch was never found once the watcher had been started again',
    plan: {
      seed: 848,
      server: { watchList: false, pageSize: 4 },
      actions: [
        { atMs: 599, kind: 'expire', cut: true },
        { atMs: 3_854, kind: 'pod', life: 'runtimeLoss', name: 'db' },
        { atMs: 13_462, kind: 'pod', life: 'twoContainers', name: 'job' },
        { atMs: 19_136, kind: 'stream', fault: 'slow' },
        { atMs: 37_687, kind: 'stream', fault: 'close' },
        { atMs: 63_324, kind: 'stream', fault: 'lose' },
        { atMs: 88_349, kind: 'stop', downMs: 7_169 },
      ],
    },
  },
  {
    bug: 'on a full disk, changes of Pods were lost when the watch of Events was the first to hear of it',
    plan: {
      seed: 906,
      server: { watchList: true, pageSize: 1 },
      actions: [
        { atMs: 34_175, kind: 'pod', life: 'mirror', name: 'job' },
        { atMs: 81_155, kind: 'diskFull', durationMs: 9_656 },
      ],
    },
  },
  {
    bug: 'after a full disk, a watch without news heard of its lost changes only when its stream ended, minutes later',
    plan: {
      seed: 1_316,
      server: { watchList: false, pageSize: 1 },
      actions: [
        { atMs: 2_231, kind: 'pod', life: 'mirror', name: 'proxy' },
        { atMs: 25_573, kind: 'diskFull', durationMs: 24_996 },
      ],
    },
  },
  {
    bug: 'a comparison with a list from the past brought a Pod back that was gone (found while repairing number 2)',
    plan: {
      seed: 20_240,
      server: { watchList: false, pageSize: 4 },
      actions: [
        { atMs: 33_709, kind: 'pod', life: 'nodePressure', name: 'proxy' },
        { atMs: 50_360, kind: 'stop', downMs: 1_688 },
        { atMs: 62_069, kind: 'staleLists', durationMs: 97_356 },
      ],
    },
  },
  {
    bug: 'a failed hook came by a watch of Events that had been half-open longer than its Pod was remembered',
    plan: {
      seed: 229,
      server: { watchList: false, pageSize: 1 },
      actions: [
        { atMs: 2_632, kind: 'stream', fault: 'freeze' },
        { atMs: 28_544, kind: 'pod', life: 'livenessKills', name: 'api' },
      ],
    },
  },
  {
    bug: 'runs that were skipped before a container that could not be started were counted by no postStart',
    plan: {
      seed: 1_627,
      server: { watchList: false, pageSize: 4 },
      actions: [
        { atMs: 50_170, kind: 'expire', cut: true },
        { atMs: 62_977, kind: 'pod', life: 'recordedTwice', name: 'job' },
        { atMs: 90_756, kind: 'diskFull', durationMs: 21_384 },
        { atMs: 97_289, kind: 'expire', cut: true },
      ],
    },
  },
  {
    bug: 'a comparison with a list from before a restore of etcd ended a Pod that was made after it',
    plan: {
      seed: 2_649,
      server: { watchList: true, pageSize: 1 },
      actions: [
        { atMs: 56_060, kind: 'stream', fault: 'freeze' },
        { atMs: 76_329, kind: 'pod', life: 'runtimeLoss', name: 'web' },
        { atMs: 124_738, kind: 'restore', back: 5 },
        { atMs: 128_442, kind: 'pod', life: 'nodePressure', name: 'api' },
      ],
    },
  },
];
