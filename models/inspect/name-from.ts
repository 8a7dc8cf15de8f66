import { basename, extname } from "node:path";

/** A model's name from its file's: lower-case letters, digits and hyphens, 63 at most. */
export function nameFrom(path: string): string {
  const stem = basename(path, extname(path)).toLowerCase();
  const name = stem
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return name || "model";
}
