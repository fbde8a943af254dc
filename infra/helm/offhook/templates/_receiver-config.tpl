{{/* offhook-receiver.yaml, and the Secrets whose files it names. */}}

{{/* Puts where keys are into a map. Takes [map, values with signingSecret and previousSecrets, folder]; yields nothing. */}}
{{- define "offhook.setKeyFiles" -}}
{{- $into := index . 0 -}}
{{- $from := index . 1 -}}
{{- $folder := index . 2 -}}
{{- if $from.signingSecret }}{{ $_ := set $into "signingSecretFile" (printf "%s/signing" $folder) }}{{ end -}}
{{- if $from.previousSecrets -}}
{{- $files := list -}}
{{- range $index, $_ := $from.previousSecrets }}{{ $files = append $files (printf "%s/previous-%d" $folder $index) }}{{ end -}}
{{- $_ := set $into "previousSecretFiles" $files -}}
{{- end -}}
{{- end -}}

{{- define "offhook.receiverConfig" -}}
{{- $receiver := .Values.receiver -}}
{{- $secrets := "/etc/offhook/secrets" -}}
{{- $listen := dict "host" $receiver.host "port" 8787 -}}
{{- if $receiver.tls.secretName -}}
{{- $_ := set $listen "tls" (dict "certFile" "/etc/offhook/tls/tls.crt" "keyFile" "/etc/offhook/tls/tls.key") -}}
{{- end -}}
{{- $config := dict "listen" $listen "dataDir" "/var/lib/offhook-receiver/data" "retention" $receiver.retention "log" $receiver.log -}}
{{- if $receiver.metrics.enabled }}{{ $_ := set $config "metrics" (dict "host" $receiver.host "port" 9464) }}{{ end -}}
{{- include "offhook.setKeyFiles" (list $config $receiver (printf "%s/watcher" $secrets)) -}}
{{- if $receiver.keys -}}
{{- $keys := list -}}
{{- range $index, $key := $receiver.keys -}}
{{- $entry := dict "source" $key.source -}}
{{- include "offhook.setKeyFiles" (list $entry $key (printf "%s/keys-%d" $secrets $index)) -}}
{{- $keys = append $keys $entry -}}
{{- end -}}
{{- $_ := set $config "keys" $keys -}}
{{- end -}}
{{- $page := omit $receiver.page "tokenSecret" -}}
{{- if $receiver.page.tokenSecret }}{{ $_ := set $page "tokenFile" (printf "%s/page-token" $secrets) }}{{ end -}}
{{- range $way, $settings := $page }}{{ if empty $settings }}{{ $_ := unset $page $way }}{{ end }}{{ end -}}
{{- if $page }}{{ $_ := set $config "page" $page }}{{ end -}}
{{- with $receiver.handlers.configMap -}}
{{- $_ := set $config "handlers" (dict "module" (printf "/etc/offhook/handlers/%s" .key)) -}}
{{- end -}}
{{- if $receiver.vars -}}
{{- $vars := dict -}}
{{- range $name, $value := $receiver.vars -}}
{{- $_ := set $vars $name (ternary (dict "file" (printf "%s/vars/%s" $secrets $name)) $value (kindIs "map" $value)) -}}
{{- end -}}
{{- $_ := set $config "vars" $vars -}}
{{- end -}}
{{- $_ := set $config "audit" (include "offhook.receiverAudit" . | fromYaml) -}}
{{- include "offhook.setProxy" (list $config $receiver.proxy (printf "%s/proxy" $secrets)) -}}
{{- $limits := dict -}}
{{- /* Numbers of a values file are floating ones, and a large one would be written as 1e+07. */ -}}
{{- range $name, $limit := $receiver.limits }}{{ $_ := set $limits $name (int $limit) }}{{ end -}}
{{- /* Behind an Ingress all senders have its address. */ -}}
{{- if $receiver.ingress.enabled }}{{ $_ := set $limits "connectionsPerAddress" $limits.connections }}{{ end -}}
{{- $_ := set $config "limits" $limits -}}
{{- toYaml $config -}}
{{- end -}}

{{- define "offhook.receiverAudit" -}}
{{- $audit := omit .Values.receiver.audit "checkpoints" "retention" "retentionDays" -}}
{{- with .Values.receiver.audit.retentionDays }}{{ $_ := set $audit "retention" (printf "%dd" (int .)) }}{{ end -}}
{{- with .Values.receiver.audit.retention }}{{ $_ := set $audit "retention" . }}{{ end -}}
{{- with .Values.receiver.audit.checkpoints -}}
{{- $checkpoints := omit . "signingSecret" "s3" -}}
{{- $_ := set $checkpoints "signingSecretFile" "/etc/offhook/secrets/checkpoints" -}}
{{- with .s3 -}}
{{- $s3 := omit . "secretAccessKey" -}}
{{- $_ := set $s3 "secretAccessKeyFile" "/etc/offhook/secrets/s3" -}}
{{- $_ := set $checkpoints "s3" $s3 -}}
{{- end -}}
{{- $_ := set $audit "checkpoints" $checkpoints -}}
{{- end -}}
{{- toYaml $audit -}}
{{- end -}}

{{/* The Secrets of a set of keys. Takes [values with signingSecret and previousSecrets, folder]. */}}
{{- define "offhook.keySources" -}}
{{- $folder := index . 1 -}}
{{- with (index . 0).signingSecret }}
{{ include "offhook.secretSource" (list . (printf "%s/signing" $folder)) }}
{{- end }}
{{- range $index, $secret := (index . 0).previousSecrets }}
{{ include "offhook.secretSource" (list $secret (printf "%s/previous-%d" $folder $index)) }}
{{- end }}
{{- end -}}

{{- define "offhook.receiverConfigVolume" -}}
{{- $receiver := .Values.receiver -}}
- name: config
  projected:
    # 0440
    defaultMode: 288
    sources:
      - configMap:
          name: {{ include "offhook.receiverName" . }}-config
          items:
            - key: offhook-receiver.yaml
              path: offhook-receiver.yaml
      {{- with include "offhook.keySources" (list $receiver "secrets/watcher") | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- range $index, $key := $receiver.keys }}
      {{- include "offhook.keySources" (list $key (printf "secrets/keys-%d" $index)) | trim | nindent 6 }}
      {{- end }}
      {{- with $receiver.page.tokenSecret }}
      {{- include "offhook.secretSource" (list . "secrets/page-token") | nindent 6 }}
      {{- end }}
      {{- range $name, $value := $receiver.vars }}
      {{- if kindIs "map" $value }}
      {{- include "offhook.secretSource" (list $value.secret (printf "secrets/vars/%s" $name)) | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- with $receiver.audit.checkpoints }}
      {{- include "offhook.secretSource" (list .signingSecret "secrets/checkpoints") | nindent 6 }}
      {{- with .s3 }}
      {{- include "offhook.secretSource" (list .secretAccessKey "secrets/s3") | nindent 6 }}
      {{- end }}
      {{- end }}
      {{- with $receiver.proxy.secret }}
      {{- include "offhook.secretSource" (list . "secrets/proxy") | nindent 6 }}
      {{- end }}
      {{- with $receiver.tls.secretName }}
      - secret:
          name: {{ . }}
          items:
            - key: tls.crt
              path: tls/tls.crt
            - key: tls.key
              path: tls/tls.key
      {{- end }}
      {{- with $receiver.handlers.configMap }}
      - configMap:
          name: {{ .name }}
          items:
            - key: {{ .key | quote }}
              path: handlers/{{ .key }}
      {{- end }}
{{- end -}}
