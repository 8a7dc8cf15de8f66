import { parse } from "yaml";
import type { Claim } from "../claim.ts";
import { namesIn } from "./python-literal.ts";
import type { SidecarFiles } from "./sidecar-files.ts";

const lists = ["class_names.txt", "classes.txt", "labels.txt", "obj.names", "coco.names"];
const jsonLists = ["classes.json", "labels.json", "class_names.json"];
const datasets = ["data.yaml", "dataset.yaml", "data.yml"];

/** Class names of a text with one on each line, of a YAML with `names`, or of a JSON list or map; undefined for none. */
export function classNamesOf(text: string, name: string): readonly string[] | undefined {
  if (/\.(?:ya?ml|json)$/.test(name)) {
    try {
      const value: unknown = parse(text, { maxAliasCount: 0 });
      const named =
        typeof value === "object" && value !== null && "names" in value ? value.names : value;
      return namesIn(named);
    } catch {
      return undefined;
    }
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  // A gap in the middle is a mistake that would move every later class.
  if (lines.length === 0 || lines.includes("")) return undefined;
  const numbered = lines.map((line) => /^(\d+)([\s:,]+)(\S.*)$/.exec(line));
  return numbered.every((line) => line !== null) && isMap(numbered) ? byNumber(numbered) : lines;
}

/** From 0, or with a mark behind each number; others are names that begin with a number. */
const isMap = (lines: readonly RegExpExecArray[]): boolean =>
  lines.some(([, number]) => Number(number) === 0) ||
  lines.every(([, , between]) => /[:,]/.test(between!));

/** A map from numbers to names, as TensorFlow Lite and Frigate have it: the number says which class it is. */
function byNumber(lines: readonly RegExpExecArray[]): readonly string[] | undefined {
  const names = new Map(lines.map(([, number, , name]) => [Number(number), name!]));
  const classes = lines.map((_, number) => names.get(number));
  // One that is missing, or there twice, would move every later class.
  return classes.every((name) => name !== undefined) ? classes : undefined;
}

/** Lists of classes beside the model; one of the model's own name is believed, a common one only where its count fits. */
export async function classListClaims(
  files: SidecarFiles,
): Promise<readonly (Claim & { readonly count: number })[]> {
  const own = ["txt", "names", "labels", "yaml", "yml"].map((ending) => `${files.stem}.${ending}`);
  const claims: (Claim & { readonly count: number })[] = [];
  for (const name of [...own, ...lists, ...jsonLists, ...datasets]) {
    const text = files.names.includes(name) ? await files.read(name) : undefined;
    const classes = text === undefined ? undefined : classNamesOf(text, name);
    if (!classes) continue;
    claims.push({
      part: "classes",
      by: "sidecar",
      confidence: own.includes(name) ? 0.95 : 0.92,
      why: `${name} beside the model names ${classes.length} classes`,
      patch: { classes: [...classes] },
      count: classes.length,
    });
  }
  return claims;
}
