# path sum
resolve_path || exit 0
paths=("$path") sums=("$sum")
file_facts
fact path "$path"
