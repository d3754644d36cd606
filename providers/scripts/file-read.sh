# path sum owner
resolve_path || exit 0
owners=("$owner")
observe_file
