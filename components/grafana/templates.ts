/** The message templates of all contact points, by the name that Grafana keeps them under. */
export const messageTemplates: Record<string, string> = {
  // the first words are what a phone shows
  "watchpost-subject": `{{ define "watchpost.subject" -}}
{{ if .Alerts.Firing }}{{ .CommonLabels.severity | toUpper }}{{ else }}OK{{ end }} {{ .GroupLabels.alertname -}}
{{ with .GroupLabels.service }} {{ . }}{{ end }}{{ with .CommonLabels.host }} on {{ . }}{{ end }}
{{- if gt (len .Alerts.Firing) 1 }} ({{ len .Alerts.Firing }} times){{ end }}
{{- end }}
`,
  "watchpost-mail": `{{ define "watchpost.mail" -}}
{{ range .Alerts.Firing }}{{ template "watchpost.alert" . }}
{{ end }}
{{- if .Alerts.Resolved }}Over:
{{ range .Alerts.Resolved }}- {{ .Annotations.summary }}
{{ end }}{{ end }}
{{- end }}
{{ define "watchpost.alert" -}}
{{ .Annotations.summary }}
{{ with .Annotations.description }}{{ . }}
{{ end }}since {{ .StartsAt.Format "2 Jan 15:04 MST" }}
{{ with .Annotations.runbook_url }}What to do: {{ . }}
{{ end }}
{{- with .Annotations.dashboard_url }}Dashboard: {{ . }}
{{ end }}
{{- with .Annotations.logs_url }}Lines: {{ . }}
{{ end }}
{{- with .SilenceURL }}Silence: {{ . }}
{{ end }}
{{- end }}
`,
  "watchpost-webhook": `{{ define "watchpost.webhook" -}}
{{ range .Alerts.Firing }}{{ .Annotations.summary }}
{{ end }}
{{- range .Alerts.Resolved }}over: {{ .Annotations.summary }}
{{ end }}
{{- end }}
`,
};

/** What a contact point's fields say. */
export const use = (template: "subject" | "mail" | "webhook"): string => `{{ template "watchpost.${template}" . }}`;
