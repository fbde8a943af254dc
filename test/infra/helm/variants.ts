import { type RenderOptions, SMALLEST, type Values } from './render-chart.ts';

/** One set of choices that somebody might make. */
export type Variant = {
  readonly values: Values;
  readonly options?: RenderOptions;
  /** Kinds that these choices bring, beside those of the smallest values, as `Kind/name`. */
  readonly adds?: readonly string[];
  /** Kinds that they leave out. */
  readonly drops?: readonly string[];
};

const OPERATOR = { apiVersions: ['monitoring.coreos.com/v1'] };
export const FENCING = { apiVersions: ['admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy'] };
const RECEIVER_OBJECTS = ['ServiceAccount', 'ConfigMap', 'Service', 'StatefulSet', 'PodDisruptionBudget'].map(
  (kind) => (kind === 'ConfigMap' ? 'ConfigMap/offhook-receiver-config' : `${kind}/offhook-receiver`),
);
const WATCHER_OBJECTS = [
  ...['ServiceAccount/offhook', 'ConfigMap/offhook-config', 'Service/offhook', 'StatefulSet/offhook'],
  ...['PodDisruptionBudget/offhook', 'ClusterRole/offhook-watcher', 'ClusterRoleBinding/offhook-watcher'],
  'Pod/offhook-doctor',
  ...['Secret/offhook-tenancy', 'ClusterRole/offhook-subscriptions-view'],
  ...['ClusterRole/offhook-subscriptions-edit', 'CustomResourceDefinition/hooksubscriptions.offhook.dev'],
  'CustomResourceDefinition/clusterhooksubscriptions.offhook.dev',
];
const secret = (name: string, key: string) => ({ name, key });

export const RECEIVER: Values = { enabled: true, signingSecret: secret('offhook-signing', 'bridge') };

/** What the smallest values bring. */
export const SMALLEST_OBJECTS: readonly string[] = WATCHER_OBJECTS;

export const VARIANTS: Readonly<Record<string, Variant>> = {
  smallest: { values: SMALLEST },
  'another namespace': { values: SMALLEST, options: { namespace: 'platform' } },
  'no subscription': { values: {} },
  'without persistence': { values: { ...SMALLEST, persistence: { enabled: false } } },
  'a standby': {
    values: { ...SMALLEST, replicas: 2 },
    adds: ['Lease/offhook', 'Role/offhook-lease', 'RoleBinding/offhook-lease', 'ClusterRole/offhook-view'],
  },
  'a standby without a view role': {
    values: { ...SMALLEST, replicas: 3, rbac: { aggregateToView: false } },
    adds: ['Lease/offhook', 'Role/offhook-lease', 'RoleBinding/offhook-lease'],
  },
  'one watcher a node': {
    values: { ...SMALLEST, mode: 'per-node' },
    adds: ['DaemonSet/offhook'],
    drops: ['Secret/offhook-tenancy', 'StatefulSet/offhook', 'PodDisruptionBudget/offhook'],
  },
  'one namespace': {
    values: { ...SMALLEST, watch: { namespaces: ['shop'] } },
    adds: ['Role/offhook-watcher', 'RoleBinding/offhook-watcher'],
  },
  'two namespaces': {
    values: { ...SMALLEST, watch: { namespaces: ['shop', 'pay'] } },
    adds: [
      ...['Role/offhook-watcher', 'Role/offhook-watcher'],
      ...['RoleBinding/offhook-watcher', 'RoleBinding/offhook-watcher'],
    ],
  },
  'no subscriptions as objects': {
    values: { ...SMALLEST, tenancy: { enabled: false } },
    drops: ['Secret/offhook-tenancy'],
  },
  'kinds that are installed apart': {
    values: { ...SMALLEST, crds: { enabled: false } },
    drops: WATCHER_OBJECTS.filter((title) => /HookSub|subscription/.test(title)),
  },
  'a fence around Services': {
    values: SMALLEST,
    options: FENCING,
    adds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].map(
      (kind) => `${kind}/offhook-subscription-target`,
    ),
  },
  'no fence around Services': {
    values: { ...SMALLEST, tenancy: { admissionPolicy: { enabled: false } } },
    options: FENCING,
  },
  'Secrets and a key of namespaces': {
    values: {
      ...SMALLEST,
      tenancy: {
        ...{ secretNamespaces: ['shop', 'pay'], edit: true },
        signingKey: secret('offhook-keys', 'now'),
        previousSigningKey: secret('offhook-keys', 'before'),
        quota: { perMinute: 1_000_000 },
      },
      egress: {
        ports: [443, 9443],
        deny: ['10.0.0.0/8', 'fd00::/8'],
        allow: [
          { namespaces: ['shop'], hosts: ['*.shop.example'], cidrs: ['10.20.0.0/16'], allowHttp: true },
        ],
      },
    },
    adds: ['Role/offhook-credentials', 'RoleBinding/offhook-credentials'].flatMap((title) => [title, title]),
    drops: ['Secret/offhook-tenancy'],
  },
  'no kubelet Events': { values: { ...SMALLEST, watch: { kubeletEvents: false } } },
  'a network policy': {
    values: { ...SMALLEST, networkPolicy: { enabled: true } },
    adds: ['NetworkPolicy/offhook'],
  },
  'monitors of a known operator': {
    values: { ...SMALLEST, metrics: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true } } },
    options: OPERATOR,
    adds: ['PodMonitor/offhook', 'ServiceMonitor/offhook'],
  },
  'monitors of an unknown operator': {
    values: { ...SMALLEST, metrics: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true } } },
  },
  'monitors in any case': {
    values: { ...SMALLEST, metrics: { podMonitor: { enabled: true, renderMode: 'alwaysRender' } } },
    adds: ['PodMonitor/offhook'],
  },
  'alert rules and the dashboard': {
    values: {
      ...SMALLEST,
      metrics: {
        rules: { enabled: true, renderMode: 'alwaysRender', labels: { release: 'prometheus' } },
        dashboard: { enabled: true, annotations: { 'grafana.folder': 'Platform' } },
      },
    },
    adds: ['PrometheusRule/offhook', 'ConfigMap/offhook-dashboard'],
  },
  'alert rules of an unknown operator': { values: { ...SMALLEST, metrics: { rules: { enabled: true } } } },
  OpenShift: { values: SMALLEST, options: { apiVersions: ['security.openshift.io/v1'] } },
  'OpenShift with everything': {
    values: { ...SMALLEST, openshift: 'enabled', receiver: RECEIVER, networkPolicy: { enabled: true } },
    adds: [...RECEIVER_OBJECTS, 'NetworkPolicy/offhook', 'NetworkPolicy/offhook-receiver'],
  },
  'another image': {
    values: { ...SMALLEST, image: { registry: 'registry.example', repository: 'mirror/offhook', tag: 'v9' } },
  },
  'an image by digest': {
    values: { ...SMALLEST, image: { tag: 'v9', digest: `sha256:${'ab'.repeat(32)}` } },
  },
  'an identity of one’s own': {
    values: {
      ...SMALLEST,
      serviceAccount: {
        name: 'events',
        annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' },
      },
    },
    adds: ['ServiceAccount/events'],
    drops: ['ServiceAccount/offhook'],
  },
  'secrets of every kind': {
    values: {
      proxy: { secret: secret('proxy', 'url') },
      subscriptions: [
        {
          ...{
            name: 'bridge',
            url: 'https://receiver.example:8443/events',
            secret: secret('signing', 'now'),
          },
          ...{ previousSecrets: [secret('signing', 'before'), secret('signing', 'long-ago')] },
          ...{ bearerToken: secret('tokens', 'bridge'), proxy: { secret: secret('proxy', 'partner') } },
          tls: { ca: secret('authority', 'root'), clientCertificate: { secretName: 'bridge-tls' } },
          ...{
            hooks: ['postStop'],
            selector: { app: 'web' },
            retrySchedule: ['1s', '5s'],
            ordering: 'container',
          },
        },
        { name: 'bus', eventBridge: { busName: 'offhook', region: 'eu-central-1' } },
      ],
    },
  },
  'placement and labels': {
    values: {
      ...SMALLEST,
      ...{
        commonLabels: { team: 'platform' },
        commonAnnotations: { contact: 'nobody' },
        podLabels: { a: 'b' },
      },
      ...{
        podAnnotations: { c: 'd' },
        priorityClassName: 'system-cluster-critical',
        nodeSelector: { disk: 'ssd' },
      },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } },
      },
      ...{ extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example:3128' }] },
      extraVolumes: [{ name: 'ca', projected: { sources: [{ configMap: { name: 'ca', items: [] } }] } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/ssl/extra' }],
      global: { imagePullSecrets: [{ name: 'registry' }], imageRegistry: 'registry.example' },
    },
  },
  'a receiver': { values: { ...SMALLEST, receiver: RECEIVER }, adds: RECEIVER_OBJECTS },
  'a receiver alone': {
    values: { watcher: { enabled: false }, receiver: RECEIVER },
    adds: RECEIVER_OBJECTS,
    drops: WATCHER_OBJECTS,
  },
  'a receiver that is scraped': {
    values: {
      ...{ watcher: { enabled: false }, receiver: RECEIVER },
      metrics: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true }, rules: { enabled: true } },
    },
    options: OPERATOR,
    adds: [
      ...RECEIVER_OBJECTS,
      ...[
        'PodMonitor/offhook-receiver',
        'ServiceMonitor/offhook-receiver',
        'Service/offhook-receiver-metrics',
      ],
      'PrometheusRule/offhook',
    ],
    drops: WATCHER_OBJECTS,
  },
  'a receiver that is not': {
    values: {
      ...{ ...SMALLEST, receiver: { ...RECEIVER, metrics: { enabled: false } } },
      metrics: { podMonitor: { enabled: true } },
    },
    options: OPERATOR,
    adds: [...RECEIVER_OBJECTS, 'PodMonitor/offhook'],
  },
  'a receiver with everything': {
    values: {
      ...SMALLEST,
      networkPolicy: { enabled: true },
      receiver: {
        enabled: true,
        keys: [
          {
            source: '0b2c63a2-5a0f-4d3e-9c3b-1f6f3a0f9f11',
            ...{ signingSecret: secret('eu', 'now'), previousSecrets: [secret('eu', 'before')] },
          },
          { source: '7e9d1f50-1a7b-4f6e-8a55-0f3f0c1f2d22', signingSecret: secret('us', 'now') },
        ],
        tls: { secretName: 'receiver-tls' },
        page: { tokenSecret: secret('page', 'token') },
        handlers: { configMap: { name: 'my-handlers', key: 'handlers.ts' } },
        vars: {
          CLEANUP_URL: 'https://cleanup.example/',
          CALL_SECRET: { secret: secret('calls', 'cleanup') },
        },
        proxy: { url: 'http://proxy.example:3128' },
        limits: { maxWaiting: 10_000_000 },
        audit: {
          retention: '400d',
          checkpoints: {
            signingSecret: secret('checkpoints', 'key'),
            s3: {
              ...{ bucketUrl: 'https://audit.s3.eu-central-1.amazonaws.com', region: 'eu-central-1' },
              ...{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret('s3', 'secret') },
            },
          },
        },
        ingress: { enabled: true, host: 'offhook.example', tlsSecretName: 'offhook-tls', className: 'nginx' },
      },
    },
    adds: [
      ...RECEIVER_OBJECTS,
      'Ingress/offhook-receiver',
      'NetworkPolicy/offhook',
      'NetworkPolicy/offhook-receiver',
    ],
  },
  'objects of one’s own': {
    values: {
      ...SMALLEST,
      extraObjects: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'offhook' } },
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}-b", namespace: offhook }',
      ],
    },
    adds: ['ConfigMap/a', 'ConfigMap/offhook-b'],
  },
};
