# Subordinate ids as subuid(5) and subgid(5) have them: NAME-OR-UID:START:COUNT.

# A number of login.defs(5), or else the one that is given.
login_def() { # name default
  local value
  value=$(sed -n "s/^[[:space:]]*$1[[:space:]]\{1,\}\([0-9]\{1,\}\).*/\1/p" /etc/login.defs 2>/dev/null | tail -n 1)
  printf %s "${value:-$2}"
}

# The first start from a least one on from which a length is free of the ranges on standard input. Lines that are no ranges
# count for nothing; numbers beyond 2^31 are written whole.
first_gap() { # least-start length
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

# A start for a range that nobody has, neither of user ids nor of group ids.
next_range() { # length
  # the last line of a file may have no end
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
