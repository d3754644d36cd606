# Facts of an image: user reference image_id
observe_image() { # name or id
  local facts id digest tagged=''
  facts=$(as_user podman image inspect --format '{{.Id}} {{.Digest}} {{range .RepoTags}}{{.}} {{end}}' "$1" 2>/dev/null) || return 0
  read -r id digest _ <<<"$facts"
  [[ " $facts " != *" $reference "* ]] || tagged=1
  fact image "$id" "$digest" "$tagged"
}
