import type * as z from "zod";
import { ModelManifest } from "../../contracts/model.ts";
import { ModelRefused } from "../model-refused.ts";
import type { Patch } from "./claim.ts";
import type { Look } from "./look.ts";

/** Throws ModelRefused where a field that is known has a value that no manifest can have. */
export function refuseInvalid(draft: Patch, file: Look["file"]): void {
  const { error } = ModelManifest.safeParse(documentOf(draft, file));
  const faults = error?.issues.filter(({ path }) => isKnown(draft, path)) ?? [];
  if (faults.length > 0) throw invalidManifest(faults);
}

/** The manifest that the draft is, of this file. */
export const documentOf = (draft: Patch, { sha256, sizeBytes }: Look["file"]) => ({
  schema: "framequeue.model/1",
  ...draft,
  file: { sha256, size_bytes: sizeBytes },
});

/** All that is wrong with a manifest, field by field. */
export function invalidManifest(
  issues: readonly Pick<z.core.$ZodIssue, "path" | "message">[],
): ModelRefused {
  const faults = issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return new ModelRefused(`The manifest that was derived is not valid:\n  ${faults.join("\n  ")}`, {
    hint: "Correct the field with --set FIELD=VALUE, or write a manifest (docs/models.md).",
  });
}

const isKnown = (draft: Patch, path: readonly PropertyKey[]): boolean =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    draft,
  ) !== undefined;
