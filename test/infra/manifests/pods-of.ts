import { type Manifest, titleOf } from './manifest.ts';

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly privileged?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
} & Readonly<Record<'startupProbe' | 'readinessProbe' | 'livenessProbe', Probe | undefined>>;

export type Probe = {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme?: string };
};

export type Source = {
  readonly configMap?: { readonly name: string; readonly items: readonly KeyToPath[] };
  readonly secret?: { readonly name: string; readonly items: readonly KeyToPath[] };
  readonly serviceAccountToken?: { readonly path: string };
  readonly downwardAPI?: { readonly items: readonly { readonly path: string }[] };
};
export type KeyToPath = { readonly key: string; readonly path: string };

export type Volume = {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: string };
  readonly projected?: { readonly sources: readonly Source[] };
};

export type PodSpec = {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints?: readonly unknown[];
  readonly tolerations?: readonly unknown[];
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly fsGroup?: number;
    readonly fsGroupChangePolicy?: string;
    readonly seccompProfile?: { readonly type: string };
  };
};

/** A Pod that an object is or makes. */
export type RenderedPod = {
  /** `Kind/name` of that object. */
  readonly of: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** Names of the claims that its controller makes for it. */
  readonly claims: readonly string[];
  /** It runs until it is stopped, not until it is done. */
  readonly serves: boolean;
};

type WorkloadSpec = {
  readonly template: Pick<Manifest, 'metadata'> & { readonly spec: PodSpec };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
};

/** Every Pod that these objects bring into being. @throws Error for a kind of workload that is not known here. */
export function podsOf(manifests: readonly Manifest[]): RenderedPod[] {
  return manifests.flatMap((each) => {
    if (each.kind === 'Pod') return [podOf(each, each as unknown as WorkloadSpec['template'], [], false)];
    if (!('template' in (each.spec ?? {}))) return [];
    if (!['StatefulSet', 'DaemonSet'].includes(each.kind)) throw new Error(`what does ${titleOf(each)} run?`);
    const { template, volumeClaimTemplates = [] } = each.spec as unknown as WorkloadSpec;
    const claims = volumeClaimTemplates.map(({ metadata }) => metadata.name);
    return [podOf(each, template, claims, true)];
  });
}

function podOf(
  owner: Manifest,
  { metadata, spec }: WorkloadSpec['template'],
  claims: readonly string[],
  serves: boolean,
): RenderedPod {
  const { labels = {}, annotations = {} } = metadata;
  return {
    of: titleOf(owner),
    namespace: owner.metadata.namespace ?? '',
    labels,
    annotations,
    spec,
    claims,
    serves,
  };
}
