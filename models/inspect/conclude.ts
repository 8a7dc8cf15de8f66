import type { Answers } from "./answers.ts";
import { believed, confidenceMin, merged, type Claim, type Part, type Patch } from "./claim.ts";
import type { Look } from "./look.ts";
import { refuseFewNames, withoutBackground } from "./classes-seen.ts";
import { askedParts, questionAbout, type Question } from "./questions.ts";
import { refuseInvalid } from "./refuse-invalid.ts";
import { refuseMisfit } from "./refuse-misfit.ts";
import { unrecognised } from "./unrecognised.ts";
import { weigh } from "./weigh.ts";

/** What was found out about a model, and what a person still has to say. */
export interface Inspection {
  readonly family: string;
  /** 0–1: that of the part that is least sure, of those that nobody answered. */
  readonly confidence: number;
  readonly by: Exclude<Claim["by"], "answer">;
  /** One line for each part that matters: where its value comes from, how sure that is, and why. */
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
  /** Empty where the model can be used. */
  readonly questions: readonly Question[];
  /** The manifest as far as it is known, supposed values included. */
  readonly draft: Patch;
  readonly file: Look["file"];
}

/** Weighs everything that was seen and said. Throws ModelRefused where nothing can read the outputs, or where what was said cannot be. */
export function conclude(look: Look, answers: Answers): Inspection {
  const { claims, warnings, readings } = weigh(look, answers);
  const best = believed(claims);
  const saidParts = new Set(answers.said.map(({ part }) => part));
  if (answers.family !== undefined) saidParts.add("output");
  if (!best.has("output") && !saidParts.has("output")) throw unrecognised(look.view);

  const isAccepted = (part: Part) => answers.accepted === "all" || answers.accepted.includes(part);
  const unsure = askedParts.filter(
    (part) => !saidParts.has(part) && (best.get(part)?.confidence ?? 0) < confidenceMin,
  );
  const families = [...new Set(readings.map(({ family }) => family))];
  const questions = unsure
    .filter((part) => !isAccepted(part) || !best.has(part))
    .map((part) => questionAbout(part, best.get(part), families));

  const draft = withoutBackground(
    answers.said.reduce(
      (patch, said) => merged(patch, said.patch),
      [...best.values()].reduce<Patch>((patch, claim) => merged(patch, claim.patch), {}),
    ),
  );
  refuseInvalid(draft, look.file);
  refuseMisfit(draft, look.view);
  if (questions.length === 0) refuseFewNames(draft, look.view);
  const output = best.get("output");
  return {
    family: draft.family ?? "unknown",
    confidence: Math.min(
      1,
      ...askedParts
        .filter((part) => !saidParts.has(part))
        .map((part) => best.get(part)?.confidence ?? 0),
    ),
    by: output === undefined || output.by === "answer" ? "signature" : output.by,
    evidence: evidenceOf(best, { saidParts, unsure, isAccepted }),
    warnings: [
      ...warnings,
      ...(draft.licence === "unknown"
        ? ["The file names no licence for its weights; --set licence=… records it."]
        : []),
    ],
    questions,
    draft,
    file: look.file,
  };
}

function evidenceOf(
  best: ReadonlyMap<Part, Claim>,
  {
    saidParts,
    unsure,
    isAccepted,
  }: {
    readonly saidParts: ReadonlySet<Part>;
    readonly unsure: readonly Part[];
    readonly isAccepted: (part: Part) => boolean;
  },
): readonly string[] {
  return askedParts.flatMap((part) => {
    const claim = best.get(part);
    if (saidParts.has(part)) return [`${part}: said by a person`];
    if (!claim) return [];
    const confirmed = unsure.includes(part) && isAccepted(part) ? "; confirmed by a person" : "";
    return [`${part} (${claim.by}, ${claim.confidence.toFixed(2)}): ${claim.why}${confirmed}`];
  });
}
