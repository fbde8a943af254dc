{{/* offhook.yaml, and the Secrets whose files it names. */}}

{{/*
Puts a proxy into a map of the configuration: its URL, or the file that holds it. Takes [map, { url, secret }, file];
yields nothing.
*/}}
{{- define "offhook.setProxy" -}}
{{- $proxy := index . 1 -}}
{{- if $proxy.secret }}{{ $_ := set (index . 0) "proxy" (dict "file" (index . 2)) }}
{{- else if $proxy.url }}{{ $_ := set (index . 0) "proxy" $proxy.url }}{{ end -}}
{{- end -}}

{{/* An entry of `subscriptions` as the watcher wants it, as YAML. */}}
{{- define "offhook.subscription" -}}
{{- $entry := omit . "secret" "previousSecrets" "bearerToken" "tls" "proxy" -}}
{{- $folder := printf "/etc/offhook/secrets/%s" .name -}}
{{- if .secret -}}
{{- $_ := set $entry "signingSecretFile" (printf "%s/signing" $folder) -}}
{{- end -}}
{{- if .previousSecrets -}}
{{- $files := list -}}
{{- range $index, $_ := .previousSecrets -}}
{{- $files = append $files (printf "%s/previous-%d" $folder $index) -}}
{{- end -}}
{{- $_ := set $entry "previousSecretFiles" $files -}}
{{- end -}}
{{- if .bearerToken -}}
{{- $_ := set $entry "bearerTokenFile" (printf "%s/bearer" $folder) -}}
{{- end -}}
{{- with .tls -}}
{{- $tls := dict -}}
{{- if .ca -}}
{{- $_ := set $tls "caFile" (printf "%s/ca.crt" $folder) -}}
{{- end -}}
{{- if .clientCertificate -}}
{{- $_ := set $tls "clientCertificate" (dict "certFile" (printf "%s/tls.crt" $folder) "keyFile" (printf "%s/tls.key" $folder)) -}}
{{- end -}}
{{- $_ := set $entry "tls" $tls -}}
{{- end -}}
{{- include "offhook.setProxy" (list $entry (default dict .proxy) (printf "%s/proxy" $folder)) -}}
{{- toYaml $entry -}}
{{- end -}}

{{- define "offhook.watcherConfig" -}}
{{- $config := dict -}}
{{- with .Values.cluster }}{{ $_ := set $config "cluster" . }}{{ end -}}
{{- include "offhook.setProxy" (list $config .Values.proxy "/etc/offhook/secrets/proxy") -}}
{{- $subscriptions := list -}}
{{- range .Values.subscriptions -}}
{{- $subscriptions = append $subscriptions (include "offhook.subscription" . | fromYaml) -}}
{{- end -}}
{{- $_ := set $config "subscriptions" $subscriptions -}}
{{- $_ := set $config "dataDir" "/var/lib/offhook/journal" -}}
{{- $journal := dict -}}
{{- /* Without a volume the journal is lost with its Pod, wherever it lies; that was chosen. */ -}}
{{- if not (include "offhook.isPersistent" .) }}{{ $_ := set $journal "allowVolatile" true }}{{ end -}}
{{- $_ := set $config "journal" (merge $journal .Values.journal) -}}
{{- $watch := omit .Values.watch "namespaces" -}}
{{- with .Values.watch.namespaces }}{{ $_ := set $watch "namespaces" . }}{{ end -}}
{{- $_ := set $config "watch" $watch -}}
{{- if include "offhook.hasStandby" . -}}
{{- /* In the namespace of the Pod, which is its default. */ -}}
{{- $lease := dict "name" (include "offhook.fullname" .) -}}
{{- $_ := set $config "standby" (dict "lease" $lease "leaseDuration" .Values.standby.leaseDuration) -}}
{{- end -}}
{{- $follows := eq (include "offhook.followsObjects" .) "true" -}}
{{- $tenancy := dict "enabled" $follows -}}
{{- if $follows -}}
{{- $_ := set $tenancy "signingKeyFile" "/etc/offhook/tenancy/signing-key" -}}
{{- if .Values.tenancy.previousSigningKey }}{{ $_ := set $tenancy "previousSigningKeyFile" "/etc/offhook/tenancy/previous-signing-key" }}{{ end -}}
{{- with .Values.tenancy.secretNamespaces }}{{ $_ := set $tenancy "secretNamespaces" . }}{{ end -}}
{{- $_ := set $tenancy "quota" .Values.tenancy.quota -}}
{{- $_ := set $config "egress" .Values.egress -}}
{{- end -}}
{{- $_ := set $config "tenancy" $tenancy -}}
{{- with default .Values.server.host .Values.listen.host }}{{ $_ := set $config "listen" (dict "host" .) }}{{ end -}}
{{- $_ := set $config "log" .Values.log -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Whether subscriptions as objects are followed: with a watcher on each node, all of them would write to their status. */}}
{{- define "offhook.followsObjects" -}}
{{- if and .Values.tenancy.enabled (eq .Values.mode "cluster") }}true{{ end -}}
{{- end -}}

{{/* The Secret and key from which the keys of namespaces are derived, as YAML. */}}
{{- define "offhook.tenancyKey" -}}
{{- if .Values.tenancy.signingKey -}}
{{- toYaml .Values.tenancy.signingKey -}}
{{- else -}}
name: {{ include "offhook.fullname" . }}-tenancy
key: signing-key
{{- end -}}
{{- end -}}

{{/* Several replicas, of which one delivers. "true" or empty. */}}
{{- define "offhook.hasStandby" -}}
{{- if and (eq .Values.mode "cluster") (gt (int .Values.replicas) 1) }}true{{ end -}}
{{- end -}}

{{/* Whether the journal outlives its Pod. "true" or empty. */}}
{{- define "offhook.isPersistent" -}}
{{- if and (eq .Values.mode "cluster") .Values.persistence.enabled }}true{{ end -}}
{{- end -}}

{{/* Configuration and Secrets in one volume: a volume cannot be mounted inside one that is read-only. */}}
{{- define "offhook.watcherConfigVolume" -}}
- name: config
  projected:
    # 0440
    defaultMode: 288
    sources:
      - configMap:
          name: {{ include "offhook.fullname" . }}-config
          items:
            - key: offhook.yaml
              path: offhook.yaml
      {{- if include "offhook.followsObjects" . }}
      {{- include "offhook.secretSource" (list (include "offhook.tenancyKey" . | fromYaml) "tenancy/signing-key") | nindent 6 }}
      {{- with .Values.tenancy.previousSigningKey }}
      {{- include "offhook.secretSource" (list . "tenancy/previous-signing-key") | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- with .Values.proxy.secret }}
      {{- include "offhook.secretSource" (list . "secrets/proxy") | nindent 6 }}
      {{- end }}
      {{- range .Values.subscriptions }}
      {{- $folder := printf "secrets/%s" .name }}
      {{- with .secret }}
      {{- include "offhook.secretSource" (list . (printf "%s/signing" $folder)) | nindent 6 }}
      {{- end }}
      {{- range $index, $secret := .previousSecrets }}
      {{- include "offhook.secretSource" (list $secret (printf "%s/previous-%d" $folder $index)) | nindent 6 }}
      {{- end }}
      {{- with .bearerToken }}
      {{- include "offhook.secretSource" (list . (printf "%s/bearer" $folder)) | nindent 6 }}
      {{- end }}
      {{- with (.tls).ca }}
      {{- include "offhook.secretSource" (list . (printf "%s/ca.crt" $folder)) | nindent 6 }}
      {{- end }}
      {{- with (.tls).clientCertificate }}
      {{- $secretName := .secretName }}
      {{- range list "tls.crt" "tls.key" }}
      {{- include "offhook.secretSource" (list (dict "name" $secretName "key" .) (printf "%s/%s" $folder .)) | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- with (.proxy).secret }}
      {{- include "offhook.secretSource" (list . (printf "%s/proxy" $folder)) | nindent 6 }}
      {{- end }}
      {{- end }}
{{- end -}}
