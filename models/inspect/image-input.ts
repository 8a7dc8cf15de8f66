import type { Dim, GraphValue, OnnxModel } from "../onnx/graph.ts";
import { ModelRefused } from "../model-refused.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { limits } from "../../contracts/limits.ts";
import type { ImageInput } from "./view.ts";

type Extra = ModelManifest["input"]["extras"][number];

const dtypes = new Set<string>(["float32", "float16", "uint8"]);

/** Which input takes the picture and what the others are fed with; throws ModelRefused where that cannot be. */
export function imageInputOf({ inputs }: OnnxModel): {
  readonly image: ImageInput;
  readonly extras: readonly Extra[];
} {
  const pictures = inputs.filter((input) => layoutOf(input) !== undefined && !extraFor(input));
  const [picture] = pictures;
  if (!picture || pictures.length > 1) throw noPicture(inputs, pictures.length);
  if (!dtypes.has(picture.type)) {
    throw new ModelRefused(
      `The picture goes in as ${picture.type}; float32, float16 and uint8 are fed.`,
      { hint: "Export with a float32 input (a quantised model keeps one with QDQ nodes inside)." },
    );
  }
  refuseSizes(imageOf(picture));
  const extras = inputs
    .filter((input) => input !== picture)
    .map((input) => {
      const extra = extraFor(input);
      if (extra) return extra;
      throw new ModelRefused(
        `The graph has another input, "${input.name}" (${shown(input)}), and nothing says what to feed it with.`,
        { hint: isText(inputs) ? textHint : extraHint },
      );
    });
  return { image: imageOf(picture), extras };
}

/** Tokens, as of Grounding DINO and OWL-ViT. */
const isText = (inputs: readonly GraphValue[]): boolean =>
  inputs.some(({ name, type }) => type === "int64" && /input_ids|tokens?$|text/i.test(name));
const textHint =
  'The model looks for what a text says, and no text is fed. Take a detector whose classes are fixed in the graph, for example YOLO-World after `model.set_classes(["hat"])` and `model.export(format="onnx")`.';
const extraHint =
  "Fed are a picture's size (orig_target_sizes, im_shape), scale_factor and pixel_mask. Export the model without further inputs, or without its post-processing.";

type Layout = ImageInput["layout"];

function layoutOf({ dims, type, name }: GraphValue): Layout | undefined {
  if (!dims) return undefined;
  const last = dims.length - 1;
  if (dims.length === 4) {
    if (dims[1] === 3) return "NCHW";
    if (dims[3] === 3) return "NHWC";
    const isOpen = typeof dims[1] !== "number" && typeof dims[3] !== "number";
    if (isOpen && dims.every((dim) => typeof dim !== "number")) {
      return type === "uint8" || /nhwc|:0$/i.test(name) ? "NHWC" : "NCHW";
    }
    return isOpen ? "NCHW" : undefined;
  }
  if (dims.length === 3) {
    return dims[0] === 3 ? "CHW" : dims[last] === 3 ? "HWC" : undefined;
  }
  return undefined;
}

function imageOf(picture: GraphValue): ImageInput {
  const layout = layoutOf(picture)!;
  const dims = picture.dims!;
  const at = (axis: string): Dim | undefined => dims[layout.indexOf(axis)];
  const [width, height] = [at("W"), at("H")];
  const batch = layout.startsWith("N") ? dims[0] : 1;
  return {
    name: picture.name,
    dtype: picture.type as ImageInput["dtype"],
    layout,
    ...(typeof width === "number" && { width }),
    ...(typeof height === "number" && { height }),
    batch: typeof batch === "number" ? batch : "dynamic",
  };
}

/** What a manifest can say, and what a trial run has memory for. */
function refuseSizes({ width = pixelsMin, height = pixelsMin, batch }: ImageInput): void {
  const isFit = [width, height].every((each) => each >= pixelsMin && each <= pixelsMax);
  if (isFit && (batch === "dynamic" || batch <= batchMax)) return;
  throw new ModelRefused(
    `The graph takes ${batch === "dynamic" ? "any number of" : batch} pictures of ${width} × ${height}; at most ${batchMax} of ${pixelsMin} to ${pixelsMax} pixels a side are fed.`,
    { hint: "Export it with another size or batch, for example `imgsz=640 batch=1`." },
  );
}

const [pixelsMin, pixelsMax] = [limits.modelSidePixelsMin, limits.modelSidePixelsMax];
const batchMax = limits.modelBatchMax;

const extraValues: readonly (readonly [RegExp, Extra["value"]])[] = [
  [/(?:orig_target_sizes|orig_sizes?|target_sizes?)$/i, "size-wh"],
  [/(?:im_shape|image_shape|image_size)$/i, "size-hw"],
  [/scale_factor$/i, "ones-hw"],
  [/(?:pixel_)?mask$/i, "mask"],
];

/** Known by its name: what another input is fed with. */
function extraFor({ name, type }: GraphValue): Extra | undefined {
  const value = extraValues.find(([known]) => known.test(name))?.[1];
  if (!value || !isFed(type)) return undefined;
  return { name, value, dtype: type };
}

const isFed = (type: string): type is Extra["dtype"] => /^(?:int64|int32|float32)$/.test(type);

const shown = ({ type, dims }: GraphValue) =>
  `${type} ${dims ? dims.map((dim) => dim ?? "?").join(" × ") : "of unknown shape"}`;

function noPicture(inputs: readonly GraphValue[], pictures: number): ModelRefused {
  const all = inputs.map((input) => `${input.name} (${shown(input)})`).join(", ");
  return new ModelRefused(
    pictures > 1
      ? `The graph takes ${pictures} pictures: ${all}.`
      : `No input of the graph takes a picture of three channels; it has ${all || "none"}.`,
    { hint: "Only detectors that look at one colour picture at a time can be used." },
  );
}
