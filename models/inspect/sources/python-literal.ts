import { parse } from "yaml";

// A text in single or in double quotes, as Python prints it.
const quoted = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;
// What Python prints for a sign that it does not show as it is; any other sign behind a backslash stands for itself.
const escape = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(.))/g;
const named: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** What Python's `str()` made of a dict, a list, a number or a truth value; undefined where it cannot be understood. */
export function parsePython(text: string): unknown {
  try {
    // YAML reads nearly all that Python prints, but knows no backslash in single quotes; aliases only serve to blow up a text.
    return parse(text.includes("\\") ? inJson(text) : text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

const inJson = (text: string): string =>
  text.replaceAll(quoted, (_, single?: string, double?: string) =>
    JSON.stringify(unescaped(single ?? double ?? "")),
  );

const unescaped = (text: string): string =>
  text.replaceAll(escape, (_, two?: string, four?: string, eight?: string, sign?: string) => {
    const code = two ?? four ?? eight;
    return code === undefined
      ? (named[sign!] ?? sign!)
      : String.fromCodePoint(Number.parseInt(code, 16));
  });

/** Class names from a list or from a map of ids; ids without a name are called `unused-ID`. Undefined for anything else. */
export function namesIn(value: unknown, idMax = 9999): readonly string[] | undefined {
  if (Array.isArray(value))
    return value.length > 0 && value.length <= idMax ? value.map(shown) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).map(([id, name]) => [Number(id), shown(name)] as const);
  const last = Math.max(...entries.map(([id]) => id));
  if (entries.length === 0 || !entries.every(([id]) => Number.isInteger(id) && id >= 0))
    return undefined;
  if (last > idMax) return undefined;
  const names = new Map(entries);
  return Array.from({ length: last + 1 }, (_, id) => names.get(id) ?? `unused-${id}`);
}

const shown = (name: unknown): string => String(name).trim() || "?";
