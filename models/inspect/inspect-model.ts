import { stat } from "node:fs/promises";
import { ModelManifest } from "../../contracts/model.ts";
import { sha256Of } from "../file-sha256.ts";
import { ModelRefused } from "../model-refused.ts";
import { noAnswers, type Answers } from "./answers.ts";
import { conclude, type Inspection } from "./conclude.ts";
import { lookAt, type LookOptions } from "./look.ts";
import { probeIn } from "./probe/run-probe.ts";
import { documentOf, invalidManifest } from "./refuse-invalid.ts";

/**
 * Finds out how an ONNX file is to be fed and read: metadata before sidecars before the graph's signature before a trial run.
 * What is not sure comes back as a question. Throws ModelRefused, with a hint, where the file cannot be used.
 */
export async function inspectModel(
  path: string,
  {
    answers = noAnswers,
    signal = new AbortController().signal,
    runProbe = probeIn(signal),
    file,
    size,
  }: Partial<LookOptions> & { readonly answers?: Answers; readonly signal?: AbortSignal } = {},
): Promise<Inspection> {
  const facts = file ?? {
    sha256: await sha256Of(path, signal),
    sizeBytes: (await stat(path)).size,
  };
  const look = await lookAt(path, { file: facts, runProbe, ...(size && { size }) });
  return conclude(look, answers);
}

/** The manifest of an inspection that leaves no question open; throws ModelRefused where one is, or where an answer makes no sense. */
export function manifestOf({
  draft,
  file,
  confidence,
  evidence,
  by,
  questions,
}: Inspection): ModelManifest {
  if (questions.length > 0) {
    throw new ModelRefused(`Not sure enough: ${questions.map(({ text }) => text).join(" ")}`, {
      hint: questions.map(({ flag }) => flag).join("  "),
    });
  }
  const read = ModelManifest.safeParse({
    ...documentOf(draft, file),
    derived: { by, confidence, evidence: [...evidence] },
  });
  if (read.success) return read.data;
  throw invalidManifest(read.error.issues);
}
