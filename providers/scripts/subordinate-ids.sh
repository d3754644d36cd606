# Subordinate ids, in the format of subuid(5) and subgid(5): NAME-OR-UID:START:COUNT.

# A number from login.defs(5), or the given default.
login_def() { # name default
  local value
  value=$(sed -n "s/^[[:space:]]*$1[[:space:]]\{1,\}\([0-9]\{1,\}\).*/\1/p" /etc/login.defs 2>/dev/null | tail -n 1)
  printf %s "${value:-$2}"
}

# The lowest start from which on a range of a length overlaps no range on standard input. Lines that are not ranges are
# ignored; numbers beyond 2^31 are printed in full.
first_gap() { # lowest-start length
  awk -F: -v start="$1" -v wanted="$2" '
    NF >= 3 && $(NF - 1) ~ /^[0-9]+$/ && $NF ~ /^[0-9]+$/ && $NF > 0 { from[++count] = $(NF - 1) + 0; to[count] = from[count] + $NF }
    END {
      do {
        moved = 0
        for (i = 1; i <= count; i++) if (from[i] < start + wanted && to[i] > start) { start = to[i]; moved = 1 }
      } while (moved)
      printf "%.0f", start
    }'
}

# The start of a range that is free both as user ids and as group ids.
next_range() { # length
  # the last line of a file may lack its newline
  { cat /etc/subuid; echo; cat /etc/subgid; echo; } 2>/dev/null | first_gap "$(login_def SUB_UID_MIN 100000)" "$1"
}

# Start and length of the user's first range, as START-LENGTH, or nothing: user
ids_of() { # file
  local name start length id
  id=$(id -u "$user" 2>/dev/null) || id=''
  while IFS=: read -r name start length; do
    [[ $name == "$user" || -n $id && $name == "$id" ]] || continue
    [[ $start =~ ^[0-9]+$ && $length =~ ^[0-9]+$ ]] || continue
    printf '%s-%s' "$start" "$length"
    return
  done < <(cat "$1" 2>/dev/null; echo)
}
