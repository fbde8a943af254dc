import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { ValidatingAdmissionPolicy } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy';
import { ValidatingAdmissionPolicyBinding } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding';
import { CustomResourceDefinition } from 'kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { Lease } from 'kubernetes-models/coordination.k8s.io/v1/Lease';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ClusterRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole';
import { ClusterRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { type Manifest, titleOf } from './manifest.ts';
import { unknownFields } from './unknown-fields.ts';

/** A class made of the published OpenAPI document of Kubernetes, or of a custom resource's schema. */
type Model = {
  readonly apiVersion: string;
  readonly kind: string;
  new (object: never): { validate(): void };
};

const MODELS: readonly Model[] = [
  ...[ClusterRole, ClusterRoleBinding, ConfigMap, DaemonSet, Ingress, Lease, Namespace, NetworkPolicy, Pod],
  ...[
    PodDisruptionBudget,
    PodMonitor,
    PrometheusRule,
    Role,
    RoleBinding,
    Secret,
    Service,
    ServiceAccount,
    ServiceMonitor,
    StatefulSet,
  ],
  ...[CustomResourceDefinition, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding],
] as unknown as readonly Model[];

/** What is wrong with an object by its type: values of the wrong type, what is required and missing, unknown fields. */
export function typeFaults(manifest: Manifest): string[] {
  const model = MODELS.find(
    ({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind,
  );
  if (model === undefined) return [`${titleOf(manifest)}: ${manifest.apiVersion} is not known here`];
  return [...invalid(model, manifest), ...unknownFields(manifest)].map(
    (fault) => `${titleOf(manifest)}: ${fault}`,
  );
}

function invalid(model: Model, manifest: Manifest): string[] {
  try {
    new model(manifest as never).validate();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}
