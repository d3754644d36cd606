import type { SystemdUnitInputs } from "../../providers/systemd-unit.ts";
import { outputsOf, stateOf } from "../engine/state.ts";
import type { Stage } from "../stage.ts";

/** What the stack has on its host, in the peers' terms. */
export interface Objects {
  user: { name: string; uid: number; home: string; shell: string; comment: string; range: number };
  files: { path: string; content: string; mode: string; owner: string; group: string }[];
  /** By id; `user` is empty for root's. */
  images: { id: string; user: string }[];
  units: { name: string; user: string }[];
}

/** The objects of the stack, read from its own state: what the peers are given is what the stack manages. */
export const objectsOf = async (stage: Stage): Promise<Objects> => {
  const state = await stateOf(stage);
  const of = <Outputs>(kind: string) => outputsOf<Outputs>(state, kind);
  // the pod's; Alloy's has no podman of its own
  const users = of<{ user: string; uid: number; home: string; shell: string; range: number }>("ServiceUser");
  const user = users.find(({ range }) => range > 0);
  if (!user) throw new Error("the stack has no service user");
  const units = of<SystemdUnitInputs>("SystemdUnit");
  const quadlets = (owner: string) => `/etc/containers/systemd${owner ? `/users/${user.uid}` : ""}`;
  const owned = units.flatMap(({ user, files }) =>
    files.map((file) => ({ ...file, path: file.path.startsWith("/") ? file.path : `${quadlets(user)}/${file.path}` })),
  );
  return {
    user: { ...user, name: user.user, comment: "Watchpost service user" },
    files: [...of<(typeof owned)[number]>("HostFile"), ...owned].map(({ path, content, mode, owner }) => {
      const [name = "root", group = "root"] = owner.split(":");
      return { path, content, mode, owner: name, group };
    }),
    images: of<{ imageId: string; user: string }>("PodmanImage").map(({ imageId, user }) => ({ id: imageId, user })),
    units: units.map(({ unit, user }) => ({ name: unit, user })),
  };
};

/** How many objects there are. */
export const countOf = ({ files, images, units }: Objects): number => 1 + files.length + images.length + units.length;
