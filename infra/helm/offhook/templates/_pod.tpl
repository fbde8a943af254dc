{{/* What all Pods share: the watcher's, the receiver's and that of `helm test`. */}}

{{/* Whether OpenShift gives Pods their uids: it refuses fixed ones. "true" or empty. */}}
{{- define "offhook.isOpenShift" -}}
{{- $mode := .Values.openshift -}}
{{- if or (eq $mode "enabled") (and (eq $mode "auto") (.Capabilities.APIVersions.Has "security.openshift.io/v1")) -}}
true
{{- end -}}
{{- end -}}

{{/* The beginning of a Pod's spec. Takes [root, serviceAccountName]. */}}
{{- define "offhook.podBasics" -}}
{{- $root := index . 0 -}}
serviceAccountName: {{ index . 1 }}
# Who needs the API server mounts a token of its own.
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- if not (include "offhook.isOpenShift" $root) }}
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  {{- end }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with concat (default (list) ($root.Values.global).imagePullSecrets) $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "offhook.containerBasics" -}}
image: {{ include "offhook.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Where Pods run, from a map with these values. */}}
{{- define "offhook.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A token for the API server, the cluster's certificate and the namespace, where clients look for them. */}}
{{- define "offhook.apiVolume" -}}
- name: api
  projected:
    # 0440
    defaultMode: 288
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3607
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- end -}}

{{- define "offhook.tmpVolume" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end -}}

{{/* One key of a Secret as a file below /etc/offhook. Takes [reference, path]. */}}
{{- define "offhook.secretSource" -}}
{{- $from := index . 0 -}}
- secret:
    name: {{ $from.name }}
    items:
      - key: {{ $from.key | quote }}
        path: {{ index . 1 }}
{{- end -}}
