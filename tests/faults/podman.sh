#!/bin/bash
# A stand-in of podman for the fault matrix: secrets and images on the disk that a fault fills. As podman does it, a secret that
# is replaced is taken away before the new one is written.
store=${FAKE%/fake}/var/podman
mkdir -p "$store"
name=${*: -1}
case "$1 $2" in
  "secret create")
    name=${*: -2:1}
    value=$(cat)
    rm -f "$store/secret-$name"
    printf %s "$value" >"$store/secret-$name" || { rm -f "$store/secret-$name"; exit 1; }
    ;;
  "secret rm") shift 2; for name; do rm -f "$store/secret-$name"; done ;;
  "secret exists") [[ -e $store/secret-$name ]] ;;
  "secret inspect") cat "$store/secret-$name" && echo ;;
  "pull "*) printf pulled >"$store/image" && printf 'id1\n' ;;
  "image exists") [[ -e $store/image ]] ;;
  "image inspect")
    [[ -e $store/image ]] || exit 1
    if [[ $* == *Digest* ]]; then printf 'id1 sha256:1 %s\n' "$(cat "$store/tag" 2>/dev/null)"; else printf 'id1\n'; fi
    ;;
  "image rm") rm -f "$store/image" "$store/tag" ;;
  "tag "*) printf %s "$name" >"$store/tag" ;;
  "untag "*) rm -f "$store/tag" ;;
esac
