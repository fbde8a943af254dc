{{/*
The template of a StatefulSet's claim. It can never be changed, so it has none of the labels that change from version to
version. Takes [root, name, component, values].
*/}}
{{- define "offhook.claimTemplate" -}}
{{- $values := index . 3 -}}
- metadata:
    name: {{ index . 1 }}
    labels:
      {{- include "offhook.selectorLabels" (list (index . 0) (index . 2)) | nindent 6 }}
    {{- with $values.annotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    accessModes:
      {{- toYaml $values.accessModes | nindent 6 }}
    {{- with $values.storageClass }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ $values.size }}
{{- end -}}
