{{/* What values.schema.json cannot say: contradictions between values. Yields nothing, or fails naming the value. */}}
{{- define "offhook.check" -}}
{{- if and (eq .Values.mode "per-node") (gt (int .Values.replicas) 1) -}}
{{- fail "replicas: with mode=per-node every node has its own watcher, and nobody stands by for another; leave replicas at 1" -}}
{{- end -}}
{{- $names := dict -}}
{{- range $index, $subscription := .Values.subscriptions -}}
{{- if hasKey $names .name -}}
{{- fail (printf "subscriptions[%d].name: another subscription is already called %q" $index .name) -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- end -}}
{{- if .Values.receiver.enabled -}}
{{- if and (empty .Values.receiver.signingSecret) (empty .Values.receiver.keys) -}}
{{- fail "receiver.signingSecret: name the Secret and key that hold what the watcher signs with, or receiver.keys for several clusters" -}}
{{- end -}}
{{- if and .Values.receiver.signingSecret .Values.receiver.keys -}}
{{- fail "receiver.keys: receiver.signingSecret is given too; keep one of them" -}}
{{- end -}}
{{- if and .Values.receiver.ingress.enabled (empty .Values.receiver.ingress.host) -}}
{{- fail "receiver.ingress.host: name the host that watchers and browsers use" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether a monitor is rendered: "true" or empty. Takes [root, monitor's values, kind]. */}}
{{- define "offhook.rendersMonitor" -}}
{{- $root := index . 0 -}}
{{- $monitor := index . 1 -}}
{{- if $monitor.enabled -}}
{{- $known := $root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" (index . 2)) -}}
{{- $known = or $known ($root.Capabilities.APIVersions.Has "monitoring.coreos.com/v1") -}}
{{- if or $known (eq $monitor.renderMode "alwaysRender") -}}
true
{{- else if eq $monitor.renderMode "failIfMissing" -}}
{{- fail (printf "the cluster does not know %s of monitoring.coreos.com/v1: install the Prometheus operator first, or set its renderMode to skipIfMissing" (index . 2)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
