import type { Inspection } from "../models/inspect/conclude.ts";
import { printable } from "../models/printable.ts";
import type { Output } from "./output.ts";

/** Prints what was found out about a model, and what a person would be asked; as one object where `json` says so. */
export function showInspection(
  output: Output,
  inspection: Inspection,
  { json }: { readonly json?: boolean | undefined },
): void {
  const { family, confidence, by, evidence, warnings, questions, draft } = inspection;
  if (json) {
    output.json({ family, confidence, by, evidence, warnings, questions, manifest: draft });
    return;
  }
  output.data(`family      ${printable(family)}`);
  output.data(
    `confidence  ${confidence.toFixed(2)}${questions.length > 0 ? " (it would ask)" : ""}`,
  );
  list(output, "evidence", evidence);
  list(output, "warnings", warnings);
  list(
    output,
    "questions",
    questions.map(
      ({ text, supposed, flag }) =>
        `${text} ${supposed === undefined ? "" : `Supposed: ${supposed}. `}${flag}`,
    ),
  );
}

function list(output: Output, title: string, lines: readonly string[]): void {
  for (const [at, line] of lines.entries()) {
    output.data(`${(at === 0 ? title : "").padEnd(12)}${printable(line)}`);
  }
}
