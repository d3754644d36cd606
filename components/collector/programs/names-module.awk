# The names as a module of Alloy's: who a uid is.
BEGIN { FS = "\t" }
function quote(text) { gsub(/[\\"]/, "\\\\&", text); return "\"" text "\"" }
function rule(uid, name) {
  # a $ of the name's would be a group of the expression's
  gsub(/\$/, "$$", name)
  return sprintf("\t\trule {\n\t\t\tsource_labels = [\"user\"]\n\t\t\tregex         = %s\n\t\t\treplacement   = %s\n\t\t\ttarget_label  = \"user\"\n\t\t}\n", quote("uid-" uid), quote(name))
}
$1 == "user" { users = users rule($2, $3) }
END {
  printf "declare \"log_users\" {\n\targument \"forward_to\" { }\n\n\tloki.relabel \"names\" {\n\t\tforward_to = argument.forward_to.value\n\t\t// of as many label sets as in components/alloy/logs.ts\n\t\tmax_cache_size = 2000\n%s\t}\n\n\texport \"receiver\" {\n\t\tvalue = loki.relabel.names.receiver\n\t}\n}\n", users
}
