import type * as z from "zod";
import type { ModelManifest } from "../../contracts/model.ts";

type ManifestInput = z.input<typeof ModelManifest>;

/** The parts of a manifest that are found out, asked and answered as one. */
export const parts = [
  "family",
  "output",
  "input",
  "size",
  "pixels",
  "fit",
  "classes",
  "post",
  "name",
  "version",
  "licence",
  "description",
] as const;
export type Part = (typeof parts)[number];

/** Where knowledge comes from; the earlier is believed before the later. */
export const sources = ["answer", "metadata", "sidecar", "signature", "probe"] as const;
export type Source = (typeof sources)[number];

/** Some fields of a manifest. */
export interface Patch extends Partial<
  Pick<ManifestInput, "family" | "classes" | "name" | "version" | "licence" | "description">
> {
  readonly input?: Partial<ManifestInput["input"]>;
  readonly output?: ManifestInput["output"];
  readonly post?: ManifestInput["post"];
}

/** What one source says about one part of the manifest, how sure it is (0–1), and why. */
export interface Claim {
  readonly part: Part;
  readonly by: Source;
  readonly confidence: number;
  readonly why: string;
  readonly patch: Patch;
  /** Says that the convention does not hold, and not for sure what does instead: no later source is believed before it. */
  readonly isOpen?: boolean;
}

/** Claims of one source that are all as sure, for the same reason. */
export const claimsOfOne =
  (common: Pick<Claim, "by" | "confidence" | "why">) =>
  (part: Part, patch: Patch): Claim => ({ ...common, part, patch });

/** Below this a person is asked. */
export const confidenceMin = 0.9;

/**
 * The claim that is believed of each part: that of the first source that is sure enough; where none is before an open one,
 * that; where there is none, the surest. The last two a person has to confirm.
 */
export function believed(claims: readonly Claim[]): ReadonlyMap<Part, Claim> {
  const best = new Map<Part, Claim>();
  for (const part of parts) {
    const about = claims
      .filter((claim) => claim.part === part)
      .toSorted((one, other) => sources.indexOf(one.by) - sources.indexOf(other.by));
    const first = about.find(({ confidence, isOpen }) => isOpen || confidence >= confidenceMin);
    const surest = about.toSorted((one, other) => other.confidence - one.confidence)[0];
    const winner = first ?? surest;
    if (winner) best.set(part, winner);
  }
  return best;
}

/** Two patches as one, the later before the earlier; an output that names its decoder replaces the other whole. */
export function merged(one: Patch, other: Patch): Patch {
  const isWhole = other.output === undefined || "decoder" in other.output;
  const output = isWhole
    ? (other.output ?? one.output)
    : { ...one.output, ...(other.output as object) };
  return {
    ...one,
    ...other,
    ...((one.input ?? other.input) && { input: { ...one.input, ...other.input } }),
    ...((one.post ?? other.post) && { post: { ...one.post, ...other.post } }),
    ...(output && { output: output as NonNullable<Patch["output"]> }),
  };
}
