# The names as a module of Alloy's: who a uid is.
BEGIN { FS = "\t" }
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
END {
  declare("log_users", "loki.relabel", users)
}
