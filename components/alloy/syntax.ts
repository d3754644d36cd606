/** Text that is written as it stands: a reference such as `loki.write.server.receiver`. */
export class Reference {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const ref = (text: string): Reference => new Reference(text);

export type AlloyValue = string | number | boolean | Reference | AlloyValue[] | { [key: string]: AlloyValue };

/** A block of Alloy's configuration: attributes, then blocks. Source: grafana.com/docs/alloy, "Configuration syntax". */
export interface Block {
  name: string;
  label?: string;
  attributes?: Record<string, AlloyValue | undefined>;
  blocks?: Block[];
}

export const block = (
  name: string,
  attributes: Record<string, AlloyValue | undefined> = {},
  blocks: Block[] = [],
): Block => ({
  name,
  attributes,
  blocks,
});

/** A component: a block with a label. */
export const component = (
  name: string,
  label: string,
  attributes: Record<string, AlloyValue | undefined> = {},
  blocks: Block[] = [],
): Block => ({ ...block(name, attributes, blocks), label });

const isName = (text: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

const write = (value: AlloyValue): string => {
  if (value instanceof Reference) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, item]) => `${isName(key) ? key : JSON.stringify(key)} = ${write(item)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
};

const render = ({ name, label, attributes = {}, blocks = [] }: Block, indent: string): string => {
  const inner = `${indent}\t`;
  const lines = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${inner}${key} = ${write(value)}`],
  );
  const head = label ? `${name} ${JSON.stringify(label)}` : name;
  return [`${indent}${head} {`, ...lines, ...blocks.map((child) => render(child, inner)), `${indent}}`].join("\n");
};

/** Alloy's configuration as text. */
export const renderAlloy = (blocks: Block[]): string => `${blocks.map((one) => render(one, "")).join("\n\n")}\n`;
