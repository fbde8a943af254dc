{{/* The watcher's Pod, the same in a StatefulSet and in a DaemonSet. */}}
{{- define "offhook.watcherPod" -}}
metadata:
  labels:
    {{- include "offhook.podLabels" (list . "watcher" .Values.podLabels) | nindent 4 }}
  annotations:
    # Subscriptions are followed while the watcher runs; any other change of its configuration makes new Pods.
    checksum/config: {{ omit (include "offhook.watcherConfig" . | fromYaml) "subscriptions" | toYaml | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- include "offhook.podBasics" (list . (include "offhook.serviceAccountName" .)) | nindent 2 }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with include "offhook.watcherPlacement" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  containers:
    - name: watcher
      {{- include "offhook.containerBasics" . | nindent 6 }}
      args:
        - watch
        - --config
        - /etc/offhook/offhook.yaml
        {{- if eq .Values.mode "per-node" }}
        - --node
        - $(NODE_NAME)
        {{- end }}
      {{- if or (eq .Values.mode "per-node") .Values.extraEnv }}
      env:
        {{- if eq .Values.mode "per-node" }}
        - name: NODE_NAME
          valueFrom:
            fieldRef:
              fieldPath: spec.nodeName
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        - name: http
          containerPort: 8080
      # A journal of an older version is upgraded before anything listens: that may take its time.
      startupProbe:
        httpGet:
          path: /livez
          port: http
        periodSeconds: 2
        timeoutSeconds: 5
        failureThreshold: 150
      livenessProbe:
        httpGet:
          path: /livez
          port: http
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet:
          path: /readyz
          port: http
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/offhook
          readOnly: true
        - name: api
          mountPath: /var/run/secrets/kubernetes.io/serviceaccount
          readOnly: true
        - name: journal
          mountPath: /var/lib/offhook
        - name: tmp
          mountPath: /tmp
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    {{- include "offhook.watcherConfigVolume" . | nindent 4 }}
    {{- include "offhook.apiVolume" . | nindent 4 }}
    {{- include "offhook.tmpVolume" . | nindent 4 }}
    {{- if not (include "offhook.isPersistent" .) }}
    - name: journal
      emptyDir:
        sizeLimit: {{ .Values.persistence.size }}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "offhook.watcherPlacement" -}}
{{- $placement := dict "priorityClassName" .Values.priorityClassName "nodeSelector" .Values.nodeSelector "affinity" .Values.affinity "tolerations" .Values.tolerations -}}
{{- if and (eq .Values.mode "per-node") (empty .Values.tolerations) -}}
{{- /* Every node whose Pods matter, whatever its taints. */ -}}
{{- $_ := set $placement "tolerations" (list (dict "operator" "Exists")) -}}
{{- end -}}
{{- include "offhook.placement" $placement }}
{{- if eq .Values.mode "cluster" }}
{{- if .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 2 }}
{{- else if include "offhook.hasStandby" . }}
# Two replicas on one node are no answer to the loss of that node.
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: DoNotSchedule
    labelSelector:
      matchLabels:
        {{- include "offhook.selectorLabels" (list . "watcher") | nindent 8 }}
{{- end }}
{{- end }}
{{- end -}}
