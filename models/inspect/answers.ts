import { ModelRefused } from "../model-refused.ts";
import type { Part, Patch } from "./claim.ts";
import { fits, pixels } from "./presets.ts";

/** What a person said, part by part. */
export interface Answers {
  /** Said outright, by a flag or to a question. */
  readonly said: readonly { readonly part: Part; readonly patch: Patch }[];
  /** The reading to take, by its family. */
  readonly family?: string;
  /** Parts whose supposed value was accepted; `all` accepts whatever is supposed. */
  readonly accepted: readonly Part[] | "all";
}

export const noAnswers: Answers = { said: [], accepted: [] };

const owners: readonly (readonly [RegExp, Part])[] = [
  [/^input\.(?:channels|scale|mean|std)$/, "pixels"],
  [/^input\.(?:resize|anchor|pad)$/, "fit"],
  [/^input\.(?:width|height)$/, "size"],
  [/^input\./, "input"],
  [/^output(?:\.|$)/, "output"],
  [/^post\./, "post"],
  [/^(?:name|version|licence|description)$/, "name"],
];

/** Reads `--set key=value`: a preset, a size, or any field of the manifest with its value as JSON. Throws ModelRefused. */
export function answerOf(setting: string): Answers["said"][number] | { readonly family: string } {
  const [, key, value] = /^([a-z][a-z_.]*)=(.+)$/s.exec(setting) ?? [];
  if (key === undefined || value === undefined) throw notASetting(setting);
  if (key === "family") return { family: value };
  if (key === "pixels") return { part: "pixels", patch: { input: preset(pixels, key, value) } };
  if (key === "fit") return { part: "fit", patch: { input: preset(fits, key, value) } };
  if (key === "size") {
    const [, width, height] = /^(\d+)[x×](\d+)$/.exec(value) ?? [];
    if (width === undefined) throw notASetting(setting);
    return { part: "size", patch: { input: { width: Number(width), height: Number(height) } } };
  }

  const part = owners.find(([known]) => known.test(key))?.[1];
  if (!part) throw notASetting(setting);
  const [head, ...rest] = key.split(".");
  const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), valueOf(value));
  const ownPart = part === "name" ? (key as Part) : part;
  return { part: ownPart, patch: { [head!]: nested } };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function preset<Preset extends object>(
  presets: Readonly<Record<string, Preset>>,
  key: string,
  name: string,
): Preset {
  const found = presets[name];
  if (found) return found;
  throw new ModelRefused(`There is no ${key} "${name}".`, {
    hint: `Known are ${Object.keys(presets).join(", ")}.`,
  });
}

const notASetting = (setting: string) =>
  new ModelRefused(`"${setting}" is no setting.`, {
    hint: "Write --set pixels=NAME, fit=NAME, size=WIDTHxHEIGHT, family=NAME, or a field of the manifest such as input.channels=BGR or post.iou=0.6.",
  });
