/**
 * How long the steps of a real node took in the recordings of test/fixtures/traces, in milliseconds, and the fixed
 * periods of the kubelet. A step is an ordinary wait on the clock: nothing here changes what happens, only when.
 */
export const timing = {
  /** Creation to binding. */
  schedule: 5,
  /** A change in the API to the kubelet acting on it. */
  notice: 8,
  /** Sandbox and network: first status write to PodReadyToStartContainers. */
  sandbox: 410,
  /** Event Pulled to Event Created, and Created to Started. */
  create: 60,
  start: 60,
  /** After a sync that started or killed something the kubelet inspects the Pod again at once. */
  relistOnDemand: 10,
  /** The kubelet looks for exited containers once a second (`plegRelistPeriod`). */
  relistPeriod: 1000,
  /** All containers dead to the status that says so: the sandbox is stopped in between. */
  teardown: 120,
  /** The same for a Pod that ended by itself, which the kubelet notices in another round. */
  finish: 1100,
  /** Volumes and cgroups gone, after which the object may go. */
  cleanup: 500,
  /** Below this a container is never cut: "one-off extension" (`minimumGracePeriodInSeconds`, 2 s). */
  minimumGrace: 2000,
} as const;
