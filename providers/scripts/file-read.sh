# path sum owner
resolve_path || exit 0
paths=("$path") sums=("$sum") owners=("$owner")
file_facts
fact path "$path"
