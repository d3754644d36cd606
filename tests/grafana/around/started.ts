/** What a rig has once it is started. @throws Error before */
export const started = <T>(part: T | undefined): T => {
  if (part === undefined) throw new Error("expected a rig that is started");
  return part;
};
