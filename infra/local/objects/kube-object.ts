/**
 * The objects the model keeps. Only the fields it reads or writes are typed; everything else a client sends is kept
 * and sent back as it came. Objects are never changed in place: a write stores a new one.
 */
export type ObjectMeta = {
  name: string;
  namespace?: string | undefined;
  generateName?: string | undefined;
  uid: string;
  resourceVersion: string;
  generation?: number | undefined;
  creationTimestamp: string;
  deletionTimestamp?: string | undefined;
  deletionGracePeriodSeconds?: number | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  finalizers?: string[] | undefined;
  [field: string]: unknown;
};

export type KubeObject = { apiVersion: string; kind: string; metadata: ObjectMeta; [field: string]: unknown };
