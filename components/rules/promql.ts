/** How much a counter grew, also when it appeared within the window: its first value is no increase to Prometheus. */
export const grown = (counter: string, window: string): string =>
  `(increase(${counter}[${window}]) > 0 or ${counter} unless ${counter} offset ${window})`;

/** The units of the system's manager, from node_exporter, named as those of the users': by `user` and `unit`. */
export const systemUnits = (vector: string): string =>
  `label_replace(label_replace(${vector}, "unit", "$1", "name", "(.+)"), "user", "root", "", "")`;
