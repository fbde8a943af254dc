{{/* Names, labels and the image: what every object has. */}}

{{- define "offhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/*
At most 40 characters: "-receiver" and the suffixes that controllers add (a StatefulSet's revision label is its name and
eleven characters) must stay within 63.
*/}}
{{- define "offhook.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "offhook.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "offhook.receiverName" -}}
{{- include "offhook.fullname" . }}-receiver
{{- end -}}

{{- define "offhook.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "offhook.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* What selectors hold: never changes from one version to the next. Takes [root, component]. */}}
{{- define "offhook.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "offhook.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Takes [root, component]. */}}
{{- define "offhook.labels" -}}
{{- $root := index . 0 -}}
{{ include "offhook.selectorLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Without the chart's version: a new one alone is no reason for new Pods. Takes [root, component, labels]. */}}
{{- define "offhook.podLabels" -}}
{{ include "offhook.selectorLabels" . }}
{{- with merge (dict) (index . 2) (index . 0).Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of an object and, where there are any, its annotations. Takes [root, component, annotations]. */}}
{{- define "offhook.metadata" -}}
{{- $root := index . 0 -}}
labels:
  {{- include "offhook.labels" . | nindent 2 }}
{{- with merge (dict) (index . 2) $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "offhook.image" -}}
{{- $image := .Values.image -}}
{{- $registry := default $image.registry (.Values.global).imageRegistry -}}
{{- $name := ternary $image.repository (printf "%s/%s" $registry $image.repository) (empty $registry) -}}
{{- if $image.digest -}}
{{ $name }}@{{ $image.digest }}
{{- else -}}
{{ $name }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}
