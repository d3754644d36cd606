# Makes lines valid UTF-8: each invalid byte is replaced by its hex escape (\xfc), so that different names stay different.
# Source: Unicode 16.0, table 3-7, well-formed byte sequences.
BEGIN { for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = i }

# Length of the UTF-8 sequence at a position; 0 if there is none.
function sequence(line, at, first, count, i, next_byte, low, high) {
  first = byte[substr(line, at, 1)]
  count = first < 128 ? 1 : first < 194 ? 0 : first < 224 ? 2 : first < 240 ? 3 : first < 245 ? 4 : 0
  for (i = 1; i < count; i++) {
    low = 128
    high = 191
    # no overlong form, no surrogate, nothing beyond U+10FFFF
    if (i == 1 && first == 224) low = 160
    if (i == 1 && first == 237) high = 159
    if (i == 1 && first == 240) low = 144
    if (i == 1 && first == 244) high = 143
    next_byte = byte[substr(line, at + i, 1)] + 0
    if (next_byte < low || next_byte > high) return 0
  }
  return count
}

!/[\200-\377]/ { print; next }
{
  for (at = 1; at <= length($0); at += count ? count : 1) {
    count = sequence($0, at)
    if (count) printf "%s", substr($0, at, count)
    else printf "\\x%02x", byte[substr($0, at, 1)]
  }
  print ""
}
