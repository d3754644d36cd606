# Asks what listens on the host: names[] addresses[] paths[] for bodies, heads[] head_paths[] for the first lines
for i in "${!names[@]}"; do
  fact answer "${names[i]}" "$(http_get "${addresses[i]}" "${paths[i]}" 2>/dev/null || true)"
done
for i in "${!heads[@]}"; do
  fact head "${heads[i]}${head_paths[i]}" "$(http_head "${heads[i]}" "${head_paths[i]}" || true)"
done
