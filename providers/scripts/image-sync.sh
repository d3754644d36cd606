# Has an image on the host: user reference image_id digest upload
enter_scope
has() { as_user podman image exists "$1" 2>/dev/null; }
keep() { own "image ${user:-root} $1"; }

if [[ -n $image_id ]] && has "$image_id"; then
  as_user podman tag "$image_id" "$reference"
elif [[ -n $upload ]]; then
  keep "$image_id"
  said=$(as_user podman load --quiet 2>&1) || { give_up "image ${user:-root} $image_id"; fail "podman load: $(tail -n 3 <<<"$said")"; }
  has "$image_id" || fail "the archive holds another image than its manifest says: expected $image_id, got $said"
  as_user podman tag "$image_id" "$reference"
else
  # a digest that is known is pulled by it: a tag may have moved
  name=$reference
  [[ -z $digest ]] || name="${reference%:*}@$digest"
  if ! has "$name"; then
    # its id is known only once it is here
    own "pull ${user:-root} $name"
    said=$(as_user podman pull --quiet "$name" 2>&1) || { give_up "pull ${user:-root} $name"; fail "podman pull $name: $(tail -n 2 <<<"$said"). A host without a registry takes an archive: set 'archive' beside 'image' in the config"; }
  fi
  image_id=$(as_user podman image inspect --format '{{.Id}}' "$name")
  # also where the run that pulled it was cut off
  if owned "pull ${user:-root} $name"; then
    keep "$image_id"
    give_up "pull ${user:-root} $name"
  fi
  as_user podman tag "$image_id" "$reference"
fi
observe_image "$image_id"
