{{/* Parts of the network policies. */}}

{{/* Names are looked up at port 53; OpenShift's DNS Pods listen on 5353, and a policy sees the port behind the Service. */}}
{{- define "offhook.dnsEgress" -}}
- ports:
    - protocol: UDP
      port: 53
    - protocol: TCP
      port: 53
    {{- if include "offhook.isOpenShift" . }}
    - protocol: UDP
      port: 5353
    - protocol: TCP
      port: 5353
    {{- end }}
{{- end -}}

{{/* The port of a URL: the one that it names, or that of its scheme. */}}
{{- define "offhook.portOf" -}}
{{- $port := regexFind ":[0-9]+$" (urlParse .).host | trimPrefix ":" -}}
{{- default (ternary "80" "443" (hasPrefix "http://" (lower .))) $port -}}
{{- end -}}

{{/* Ports that the watcher calls, as a JSON list: the API server, receivers, buses, proxies. */}}
{{- define "offhook.calledPorts" -}}
{{- $ports := list "443" -}}
{{- range .Values.networkPolicy.apiServerPorts }}{{ $ports = append $ports (toString .) }}{{ end -}}
{{- $urls := list .Values.proxy.url -}}
{{- range .Values.subscriptions -}}
{{- $urls = concat $urls (list .url (.proxy).url (.eventBridge).endpoint) -}}
{{- end -}}
{{- if include "offhook.followsObjects" . -}}
{{- /* Services of namespaces are at any port: those are for networkPolicy.extraEgress. */ -}}
{{- range .Values.egress.ports }}{{ $ports = append $ports (toString .) }}{{ end -}}
{{- range .Values.egress.allow -}}
{{- range .ports }}{{ $ports = append $ports (toString .) }}{{ end -}}
{{- if and .allowHttp (not .ports) }}{{ $ports = append $ports "80" }}{{ end -}}
{{- end -}}
{{- end -}}
{{- range $urls -}}
{{- if and (kindIs "string" .) (contains "://" (toString .)) }}{{ $ports = append $ports (include "offhook.portOf" .) }}{{ end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}
