/** A ready-made part as the SDK's builders take parts. */
export const built = <T>(part: T): { build: () => T } => ({ build: () => part });
