import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { answerOf, type Answers } from "../models/inspect/answers.ts";
import { coco80, coco90, coco91 } from "../models/inspect/coco.ts";
import { classNamesOf } from "../models/inspect/sources/class-lists.ts";
import { ModelRefused } from "../models/model-refused.ts";
import { UsageError } from "./faults.ts";

/** The flags with which a person says what a model does not say itself. */
export interface ModelFlags {
  readonly classes?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** What the flags say; rejects with UsageError where they make no sense. */
export async function answersIn(
  { classes, set = [], name, yes }: ModelFlags,
  workingDirectory: string,
): Promise<Answers> {
  const settings = set.map(settingOf);
  const said = settings.flatMap((setting) => ("part" in setting ? [setting] : []));
  const family = settings.findLast((setting) => "family" in setting)?.family;
  return {
    said: [
      ...(classes === undefined
        ? []
        : [
            {
              part: "classes" as const,
              patch: { classes: [...(await classesFrom(classes, workingDirectory))] },
            },
          ]),
      ...said,
      ...(name === undefined ? [] : [{ part: "name" as const, patch: { name } }]),
    ],
    ...(family !== undefined && { family }),
    accepted: yes ? "all" : [],
  };
}

/** One `--set`; throws UsageError. */
export function settingOf(text: string): ReturnType<typeof answerOf> {
  try {
    return answerOf(text);
  } catch (error) {
    if (error instanceof ModelRefused) throw new UsageError(error.message, { hint: error.hint });
    throw error;
  }
}

const cocoLists: Readonly<Record<string, readonly string[]>> = { coco: coco80, coco90, coco91 };

/** `coco`, `coco90` or `coco91`, a file with one name on each line, or the names themselves between commas. */
export async function classesFrom(
  text: string,
  workingDirectory: string,
): Promise<readonly string[]> {
  const coco = cocoLists[text];
  if (coco) return coco;

  const path = resolve(workingDirectory, text);
  const file = await readFile(path, "utf8").catch(() => undefined);
  if (file !== undefined) {
    const names = classNamesOf(file, basename(path));
    if (names) return names;
    throw new UsageError(`${text} is no list of classes.`, {
      hint: "It has one name on each line, or is YAML or JSON with `names`. Numbers before the names go from 0 on, without a gap, each once.",
    });
  }
  if (/[/\\]|\.(?:txt|names|labels|ya?ml|json)$/.test(text)) {
    throw new UsageError(`${text}: there is no such file.`);
  }
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new UsageError(`--classes "${text}": a name is empty.`);
}
