import { parse } from "yaml";

// A key, then a text in single or in double quotes, as Python prints a dict.
const entry = /(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** What Python's `str()` made of a dict, a list, a number or a truth value; undefined where it cannot be understood. */
export function parsePython(text: string): unknown {
  try {
    // YAML reads nearly all that Python prints; aliases only serve to blow up a text.
    return parse(text, { maxAliasCount: 0 });
  } catch {
    const entries = [...text.matchAll(entry)].map(
      ([, key, single, double]) => [key!, unescaped(single ?? double ?? "")] as const,
    );
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
}

const unescaped = (text: string) => text.replaceAll(/\\(.)/g, "$1");

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
