import type { OnnxModel } from "../onnx/graph.ts";
import type { Claim } from "./claim.ts";
import { cocoFor } from "./coco.ts";
import type { Reading } from "./signatures/reading.ts";

/** Claims about class names, weighed against how many classes the graph has; names that are only supposed where nobody gave any. */
export function classClaims(
  given: readonly Claim[],
  reading: Pick<Reading, "classCount" | "classNames" | "output"> | undefined,
  model: OnnxModel,
): readonly Claim[] {
  const count = reading?.classCount;
  const supposed = reading && supposedClaim(reading, model);
  const weighed = given.map((claim): Claim => {
    const named = claim.patch.classes!.length;
    // A head of DETR may have a column more or less than there are names.
    const slack = reading?.output.decoder === "detr" ? 1 : 0;
    if (count === undefined) {
      // A list of classes that merely lies in the same folder: nothing says that it belongs to this model.
      return claim.by === "sidecar" && claim.confidence < 0.95
        ? { ...claim, confidence: 0.8 }
        : claim;
    }
    if (Math.abs(named - count) <= slack) return claim;
    return { ...claim, confidence: 0.2, why: `${claim.why}, but the graph has ${count}` };
  });
  return [...weighed, ...(supposed ? [supposed] : [])];
}

function supposedClaim(
  { classCount, classNames, output }: Pick<Reading, "classCount" | "classNames" | "output">,
  model: OnnxModel,
): Claim | undefined {
  const claim = (classes: readonly string[], confidence: number, why: string): Claim => ({
    part: "classes",
    by: "signature",
    confidence,
    why,
    patch: { classes: [...classes] },
  });
  if (classNames) return claim(classNames, 0.96, "this family finds nothing else");
  const count = classCount ?? cocoCountIn(model);
  const coco = count === undefined ? undefined : cocoFor(count);
  if (coco) {
    const seen = classCount === undefined ? "weights for" : "";
    return claim(
      "class_offset" in output && output.class_offset === 1 && count === 91 ? coco.slice(1) : coco,
      0.5,
      `no names, but ${seen} ${count} classes, as many as COCO has`.replace("  ", " "),
    );
  }
  if (classCount === undefined) return undefined;
  const numbered = Array.from({ length: classCount }, (_, id) => `class-${id}`);
  return claim(numbered, 0.3, `no names for ${classCount} classes`);
}

/** Whether some layer has as many outputs as COCO has classes, where the signature does not tell. */
function cocoCountIn({ tensors }: OnnxModel): number | undefined {
  const counts = [80, 91, 90];
  const sizes = new Set(
    [...tensors.values()].flatMap(({ dims }) =>
      dims.length === 4 ? dims.slice(0, 1) : dims.length === 2 ? dims : [],
    ),
  );
  return counts.find((count) => sizes.has(count));
}
