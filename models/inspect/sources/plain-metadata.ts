import { limits } from "../../../contracts/limits.ts";
import type { Claim, Part, Patch } from "../claim.ts";
import { namesIn, parsePython } from "./python-literal.ts";

const nameKeys = ["names", "class_names", "classes", "labels", "id2label"];

/** What metadata without a known author says: class names, licence, version, description. */
export function plainClaims(metadata: Readonly<Record<string, string>>): readonly Claim[] {
  const claims: Claim[] = [];
  const add = (part: Part, patch: Patch, why: string, confidence: number) =>
    claims.push({ part, by: "metadata", confidence, why, patch });

  for (const key of nameKeys) {
    const text = metadata[key];
    const parsed = text === undefined ? undefined : parsePython(text);
    const names = namesIn(typeof parsed === "string" ? parsed.split(",") : parsed);
    if (names) {
      add(
        "classes",
        { classes: [...names] },
        `metadata "${key}" names ${names.length} classes`,
        0.95,
      );
      break;
    }
  }
  const licence = (metadata["license"] ?? metadata["licence"])
    ?.trim()
    .slice(0, limits.modelWordsLengthMax);
  if (licence) add("licence", { licence }, "metadata", 0.95);
  const version = (metadata["version"] ?? metadata["model_version"])
    ?.trim()
    .slice(0, limits.modelWordsLengthMax);
  if (version) add("version", { version }, "metadata", 0.95);
  const description = metadata["description"]?.trim().slice(0, limits.modelWordsLengthMax);
  if (description) add("description", { description }, "metadata", 0.95);
  return claims;
}
