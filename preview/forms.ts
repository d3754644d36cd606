/** What stands in the place of what. */
export interface Substitute {
  value: string;
  text: string;
}

/** Fewer letters than these tell nothing of a secret, and are in any text. */
const least = 4;
/** Fewer letters than these may be a part of any word, and count only as a whole one. */
const wordly = 8;

const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** The forms in which a text may stand in another one, itself first. */
const writings: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.trim(),
  json,
  (text) => json(text.trim()),
  (text) => json(json(text)),
  (text) => text.replaceAll("'", "''"),
  (text) => text.replaceAll("'", "'\\''"),
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(text).toString("base64url"),
];

/** All forms of what is to be replaced, the longest first. */
const formsOf = (substitutes: readonly Substitute[]): Map<string, string> => {
  const all = substitutes.flatMap(({ value, text }) =>
    value.length < least ? [] : writings.map((write): [string, string] => [write(value), write(text)]),
  );
  const first = new Map<string, string>();
  for (const [form, text] of all.sort(([a], [b]) => b.length - a.length)) if (!first.has(form)) first.set(form, text);
  return first;
};

const escaped = (form: string) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const pattern = (form: string) =>
  form.length < wordly ? `(?<![\\p{L}\\p{N}_])${escaped(form)}(?![\\p{L}\\p{N}_])` : escaped(form);

// what is encoded together with other text, as in a header for a login, has none of the forms above
const base64 = /[A-Za-z0-9+/]{12,}={0,2}/g;
const decoded = (run: string): string | undefined => {
  const bytes = Buffer.from(run, "base64");
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : undefined;
};

/** Replaces texts in every form in which they may stand in another one, also in what of it is base64. */
export const replacer = (substitutes: readonly Substitute[]): ((text: string) => string) => {
  const forms = formsOf(substitutes);
  if (forms.size === 0) return (text) => text;
  const any = new RegExp([...forms.keys()].map(pattern).join("|"), "gu");
  const plainly = (text: string) => text.replace(any, (form) => forms.get(form) ?? "");
  return (text) =>
    plainly(text).replace(base64, (run) => {
      const inside = decoded(run);
      const replaced = inside === undefined ? undefined : plainly(inside);
      return replaced === undefined || replaced === inside ? run : Buffer.from(replaced).toString("base64");
    });
};

/** The lines of a key that are its own, and not those of every key; of what is no key, none. */
const keyLines = (value: string) => {
  const lines = value.split("\n").map((line) => line.trim());
  const isKey = lines.some((line) => line.startsWith("-----BEGIN "));
  return isKey ? lines.filter((line) => line.length >= 16 && !line.startsWith("-----")) : [];
};

/**
 * Looks for a text, or a line of a key, in every form.
 * @param open Text that everybody may read: what stands there too tells nothing.
 */
export const finder = (value: string, open: string): ((text: string) => boolean) => {
  const substitutes = [value, ...keyLines(value)].map((one) => ({ value: one, text: "" }));
  const forms = [...formsOf(substitutes).keys()].map((form) => new RegExp(pattern(form), "u"));
  const telling = forms.filter((form) => !form.test(open));
  const isIn = (text: string) => telling.some((form) => form.test(text));
  return (text) => isIn(text) || [...text.matchAll(base64)].some(([run]) => isIn(decoded(run) ?? ""));
};
