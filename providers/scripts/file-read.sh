# path sum
file_facts 0 "$path" "$sum"
