import type { ModelManifest } from "../../contracts/model.ts";
import { pipelineDefaults } from "../catalog.ts";
import { ModelRefused } from "../model-refused.ts";
import type { Patch } from "./claim.ts";
import type { GraphView } from "./view.ts";

type Output = ModelManifest["output"];

/**
 * The names without that of the background, where the graph counts classes from 1: lists of torchvision and of TensorFlow
 * begin with `__background__` or `???`, and every class would have the name of the one before.
 */
export function withoutBackground(draft: Patch): Patch {
  const [first, ...others] = draft.classes ?? [];
  const isFromOne = draft.output !== undefined && offsetIn(draft.output) === 1;
  if (first === undefined || others.length === 0 || !isFromOne || !isBackground(first))
    return draft;
  return { ...draft, classes: others };
}

const offsetIn = (output: NonNullable<Patch["output"]>): number =>
  ("class_offset" in output && output.class_offset) || 0;

const isBackground = (name: string): boolean =>
  /^(?:background|bg)?$/i.test(name.replaceAll(/[^\p{L}\p{N}]/gu, ""));

/**
 * Throws ModelRefused where a trial run found a class beyond the last name: whoever sees the first such thing in a video
 * would have no result at all.
 */
export function refuseFewNames(
  { classes, output }: Patch,
  { runs }: Pick<GraphView, "runs">,
): void {
  if (!classes || !output) return;
  const offset = offsetIn(output);
  const last = Math.max(...runs.flatMap((run) => classesIn(run, output as Output)));
  if (last - offset < classes.length) return;

  const isShifted = offset === 0 && last === classes.length;
  throw new ModelRefused(
    `A trial run found class ${last}, but the ${classes.length} names are of classes ${offset} to ${offset + classes.length - 1}.`,
    {
      hint: `Name all classes in the order of their ids: --classes FILE${isShifted ? "; or, where they count from 1, --set output.class_offset=1" : ""}.`,
    },
  );
}

/** The graph's own numbers of the classes that one run found, where it answers with such. */
function classesIn(run: GraphView["runs"][number], output: Output): readonly number[] {
  const valuesOf = (name: string | undefined) => (name && run[name]?.values) || [];
  if (output.decoder === "rows") {
    const { columns, tensors } = output;
    const values = valuesOf(tensors.rows);
    const [atScore, atClass] = [columns.indexOf("score"), columns.indexOf("class")];
    const rows = Array.from({ length: values.length / columns.length }, (_, row) =>
      Array.from(values.slice(row * columns.length, (row + 1) * columns.length)),
    );
    return rows.filter((row) => row[atScore]! >= floor).flatMap((row) => row[atClass] ?? []);
  }
  if (output.decoder !== "boxes" || output.tensors.classes === undefined) return [];
  const { boxes, scores, classes } = output.tensors;
  const scoreOf = scores
    ? valuesOf(scores)
    : Array.from(valuesOf(boxes)).filter((_, at) => at % 5 === 4);
  return Array.from(valuesOf(classes)).filter((_, row) => scoreOf[row]! >= floor);
}

/** What pipelines leave out is often padding, whatever its class. */
const floor = pipelineDefaults.score_min;
