import type { ModelManifest } from "../contracts/model.ts";
import type { Answers } from "../models/inspect/answers.ts";
import { manifestOf } from "../models/inspect/inspect-model.ts";
import { lookAt, type Look } from "../models/inspect/look.ts";
import { probeIn } from "../models/inspect/probe/run-probe.ts";
import { printable } from "../models/printable.ts";
import { settleQuestions } from "./settle-questions.ts";
import type { ModelFile } from "./model-manifest.ts";
import type { Session } from "./session.ts";

/** Looks at a model with a size that was given, and runs it. */
export async function lookAtModel(
  { path, namedPath, sha256, sizeBytes }: ModelFile,
  { said }: Answers,
  signal: AbortSignal,
): Promise<Look> {
  const size = said.find(({ part }) => part === "size")?.patch.input;
  return lookAt(namedPath, {
    file: { sha256, sizeBytes },
    readFrom: path,
    runProbe: probeIn(signal),
    ...(size?.width !== undefined &&
      size.height !== undefined && { size: { width: size.width, height: size.height } }),
  });
}

/** The manifest that a model says itself, that its surroundings say, and that a person confirms where it is not sure. */
export async function deriveManifest(
  file: ModelFile,
  answers: Answers,
  session: Session,
): Promise<ModelManifest> {
  const { output, signal } = session;
  const look = await lookAtModel(file, answers, signal);
  const inspection = await settleQuestions(look, answers, session);
  output.words(
    `Recognised as ${inspection.family}, confidence ${inspection.confidence.toFixed(2)}; \`model inspect\` says why.`,
    ...inspection.warnings.map(printable),
  );
  return manifestOf(inspection);
}
