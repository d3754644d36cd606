# The names as a module of Alloy's: who a uid is, and which container a unit runs.
BEGIN { FS = "\t" }
# awks differ in how brackets and backslashes are written inside of a bracket; RE2 accepts no backslash before a non-ASCII byte
function exact(text) { gsub(/[^0-9A-Za-z_;:@ \200-\377-]/, "\\\\&", text); return text }
function quote(text) { gsub(/[\\"]/, "\\\\&", text); return "\"" text "\"" }
function rule(from, regex, to, label) {
  # a $ of the name's would be a group of the expression's
  gsub(/\$/, "$$", to)
  return sprintf("\t\trule {\n\t\t\tsource_labels = [%s]\n\t\t\tregex         = %s\n\t\t\treplacement   = %s\n\t\t\ttarget_label  = \"%s\"\n\t\t}\n", from, quote(regex), quote(to), label)
}
function declare(name, kind, rules) {
  printf "declare \"%s\" {\n\targument \"forward_to\" { }\n\n\t%s \"names\" {\n\t\tforward_to = argument.forward_to.value\n%s\t}\n\n\texport \"receiver\" {\n\t\tvalue = %s.names.receiver\n\t}\n}\n", name, kind, rules, kind
}
$1 == "user" { users = users rule("\"user\"", "uid-" $2, $3, "user") }
$1 == "unit" { containers = containers rule("\"user\", \"unit\"", exact($2 ";" $3), $4, "container") }
$1 == "scope" { containers = containers rule("\"user\", \"unit\"", exact($2 ";libpod-" $3 ".scope"), $4, "container") }
END {
  declare("log_users", "loki.relabel", users)
  declare("metric_names", "prometheus.relabel", users containers)
}
