import type { Random } from '../random.ts';
import { terminate } from './endings.ts';
import type { KubeletPod, PodShape } from './kubelet-pod.ts';
import {
  ephemeral,
  evicted,
  lostNode,
  mirror,
  neverStarted,
  nodePressure,
  recreated,
  runtimeLoss,
  startError,
} from './odd-lives.ts';
import { crashLoop, initContainers, job, livenessKills, postStartFails, sidecar } from './ordinary-lives.ts';
import { disruptedInVain, misjudged, recordedTwice, undeleted } from './withdrawn-lives.ts';

/** How Pods live, after the sequences of kubernetes.md, A1. */
export type Life = {
  readonly shape: Omit<PodShape, 'name'>;
  readonly live: (pod: KubeletPod, random: Random, again: (shape: PodShape) => KubeletPod) => Promise<void>;
};

const APP = { containers: [['app', 'app']] } as const;

async function longRunning(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  await pod.sleep(random.between(100, 3_000));
  pod.start('app');
  pod.report();
  if (random.chance(0.3)) return;
  await pod.sleep(random.between(200, 90_000));
  await terminate(pod, random);
}

const LIVES = {
  longRunning: { shape: APP, live: longRunning },
  twoContainers: {
    shape: {
      containers: [
        ['app', 'app'],
        ['worker', 'app'],
      ],
    },
    live: crashLoop,
  },
  crashLoop: { shape: APP, live: crashLoop },
  livenessKills: { shape: APP, live: livenessKills },
  postStartFails: { shape: APP, live: postStartFails },
  job: { shape: APP, live: job },
  initContainers: {
    shape: {
      containers: [
        ['init', 'init'],
        ['app', 'app'],
      ],
    },
    live: initContainers,
  },
  sidecar: {
    shape: {
      containers: [
        ['sidecar', 'sidecar'],
        ['app', 'app'],
      ],
    },
    live: sidecar,
  },
  ephemeral: { shape: APP, live: ephemeral },
  evicted: { shape: APP, live: evicted },
  nodePressure: { shape: APP, live: nodePressure },
  lostNode: { shape: APP, live: lostNode },
  mirror: { shape: { ...APP, mirror: true }, live: mirror },
  neverStarted: { shape: APP, live: neverStarted },
  recreated: { shape: APP, live: recreated },
  runtimeLoss: { shape: APP, live: runtimeLoss },
  startError: { shape: APP, live: startError },
  misjudged: { shape: APP, live: misjudged },
  disruptedInVain: { shape: APP, live: disruptedInVain },
  undeleted: { shape: APP, live: undeleted },
  recordedTwice: { shape: APP, live: recordedTwice },
  virtualNode: { shape: { ...APP, shows: 'noIds' }, live: crashLoop },
  idOnTop: { shape: { ...APP, shows: 'topIds' }, live: longRunning },
} as const satisfies Record<string, Life>;

export type LifeName = keyof typeof LIVES;
export const LIFE_NAMES = Object.keys(LIVES) as readonly LifeName[];

export function lifeOf(name: LifeName): Life {
  return LIVES[name];
}
