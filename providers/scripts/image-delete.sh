# Takes an image away if we brought it and nothing runs from it: user reference image_id
if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then give_up "image $user $image_id"; drop_folders; exit 0; fi
enter_scope
owned "image ${user:-root} $image_id" || { drop_folders; exit 0; }
# without --force, podman keeps an image that somebody's container runs from
as_user podman untag "$image_id" 2>/dev/null || true
as_user podman image rm "$image_id" &>/dev/null || ! as_user podman image exists "$image_id" ||
  as_user podman tag "$image_id" "$reference"
give_up "image ${user:-root} $image_id"
drop_folders
