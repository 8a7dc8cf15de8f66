import type { ModelInput } from "../../contracts/model.ts";
import type { Dim } from "./graph.ts";

type Extra = Pick<ModelInput["extras"][number], "value">;
type Size = Pick<ModelInput, "width" | "height">;

/** What another input than the picture is fed with: its dimensions, and the values that are repeated to fill them. */
export interface ExtraFeed {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/**
 * Of `batch` pictures in the shape that the graph declares: B × 2, or B × height × width for a mask, where it leaves that
 * open. Some fix the mask's size (64 × 64 in DETR's exports by Optimum) or have no dimension for the batch.
 */
export function extraFeedOf(
  { value }: Extra,
  { width, height }: Size,
  batch: number,
  declared: readonly Dim[] | undefined,
): ExtraFeed {
  const values = {
    "size-wh": [width, height],
    "size-hw": [height, width],
    "ones-hw": [1, 1],
    mask: [1],
  }[value];
  const open = [batch, ...(value === "mask" ? [height, width] : [values.length])];
  // Without a batch the last dimensions are still what they are.
  const dims = declared?.map((dim, at) =>
    typeof dim === "number" ? dim : (open[at + open.length - declared.length] ?? 1),
  );
  return { dims: dims ?? open, values };
}
