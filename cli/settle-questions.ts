import type { Answers } from "../models/inspect/answers.ts";
import { conclude, type Inspection } from "../models/inspect/conclude.ts";
import type { Look } from "../models/inspect/look.ts";
import type { Question } from "../models/inspect/questions.ts";
import { ModelRefused } from "../models/model-refused.ts";
import { printable } from "../models/printable.ts";
import { UsageError } from "./faults.ts";
import { classesFrom, settingOf } from "./model-flags.ts";
import type { Session } from "./session.ts";

type Surroundings = Pick<Session, "ask" | "workingDirectory" | "output">;

/** Asks the person at the terminal until nothing is open; where nobody is there, rejects with the flags that answer. */
export async function settleQuestions(
  look: Look,
  answers: Answers,
  { ask, workingDirectory, output }: Surroundings,
): Promise<Inspection> {
  let known = answers;
  let inspection = conclude(look, known);
  for (;;) {
    const [question] = inspection.questions;
    if (!question) return inspection;
    if (!ask) throw nobodyThere(inspection.questions);

    const answer = (await ask(promptFor(question))).trim();
    try {
      const answered = await withAnswer(known, question, answer, workingDirectory);
      inspection = conclude(look, answered);
      known = answered;
    } catch (error) {
      if (!(error instanceof UsageError) && !(error instanceof ModelRefused)) throw error;
      output.error(error.message, error.hint);
    }
  }
}

function promptFor({ text, supposed, choices }: Question): string {
  const lines = [
    text,
    ...(choices && choices.length > 0 ? [`  one of: ${choices.join(", ")}`] : []),
    supposed === undefined ? "> " : `  Enter for: ${supposed}\n> `,
  ];
  return printable(lines.join("\n"));
}

async function withAnswer(
  answers: Answers,
  { part, supposed }: Question,
  answer: string,
  workingDirectory: string,
): Promise<Answers> {
  if (answer === "") {
    if (supposed === undefined) throw new UsageError("Nothing is supposed here: please answer.");
    const accepted = answers.accepted === "all" ? ("all" as const) : [...answers.accepted, part];
    return { ...answers, accepted };
  }
  if (part === "classes") {
    const classes = [...(await classesFrom(answer, workingDirectory))];
    return { ...answers, said: [...answers.said, { part, patch: { classes } }] };
  }
  const setting = settingOf(`${part === "output" ? "family" : part}=${answer}`);
  return "family" in setting
    ? { ...answers, family: setting.family }
    : { ...answers, said: [...answers.said, setting] };
}

function nobodyThere(questions: readonly Question[]): UsageError {
  const lines = questions.map(
    ({ text, supposed, flag }) =>
      `${text} ${supposed === undefined ? "" : `Supposed: ${supposed}. `}Answer with ${flag}`,
  );
  const canAccept = questions.every(({ supposed }) => supposed !== undefined);
  return new UsageError("The model does not say enough of itself, and nobody is here to ask.", {
    hint: printable(
      [...lines, ...(canAccept ? ["--yes takes what is supposed."] : [])].join("\n  "),
    ),
  });
}
