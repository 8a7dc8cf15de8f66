import { ModelRefused } from "../../model-refused.ts";
import { claimsOfOne, type Claim, type Patch } from "../claim.ts";
import { fits, pixels, type FitName, type PixelsName } from "../presets.ts";

type Metadata = Readonly<Record<string, string>>;

/** How LibreYOLO 1.6 feeds and reads one of its families (libreyolo/backends/base.py, libreyolo/models/…/preprocess.py). */
interface Known {
  readonly pixels: PixelsName;
  readonly fit: FitName;
  readonly pad?: number | [number, number, number];
  /** Absent where the graph's own outputs say how they are read. */
  readonly output?: (name: string) => NonNullable<Patch["output"]>;
  readonly post?: NonNullable<Patch["post"]>;
}

/** Corners in pixels, then a score for each class. */
const corners = (name: string) =>
  ({ decoder: "yolo-v8", tensors: { predictions: name }, format: "xyxy" }) as const;
const finishedRows = (name: string) =>
  ({
    decoder: "rows",
    tensors: { rows: name },
    columns: ["x1", "y1", "x2", "y2", "score", "class"],
  }) satisfies Patch["output"];

const darknet = {
  pixels: "rgb-unit",
  fit: "letterbox-top-left",
  pad: 128,
  output: corners,
  post: { nms: "agnostic" },
} as const satisfies Known;
const yolo9 = {
  pixels: "rgb-unit",
  fit: "letterbox-top-left",
  output: corners,
} as const satisfies Known;
const queries = { pixels: "rgb-unit", fit: "stretch" } as const satisfies Known;

const families = new Map<string, Known>(
  Object.entries<Known>({
    yolox: {
      pixels: "bgr-raw",
      fit: "letterbox-top-left",
      output: (name) => ({ decoder: "yolo-v5", tensors: { predictions: name } }),
    },
    yolo9,
    yolo9_e2e: { ...yolo9, post: { nms: "none" } },
    yolo1: { ...darknet, fit: "stretch" },
    yolo3: darknet,
    yolo4: darknet,
    rtmdet: { pixels: "bgr-imagenet", fit: "letterbox-top-left", output: corners },
    picodet: { pixels: "rgb-imagenet", fit: "stretch", output: corners },
    efficientdet: {
      pixels: "rgb-imagenet",
      fit: "letterbox-top-left",
      // ImageNet's mean.
      pad: [124, 116, 104],
      output: finishedRows,
      post: { nms: "per-class" },
    },
    dfine: queries,
    rtdetr: queries,
  }),
);

/**
 * What LibreYOLO's metadata says; the class names are where others have them. Its files look like those of Ultralytics
 * and are read differently, so a family that is not known here is refused: throws ModelRefused.
 */
export function libreYoloClaims(
  metadata: Metadata,
  outputs: readonly { readonly name: string }[],
): readonly Claim[] {
  const { libreyolo_version: version, model_family: family = "", task = "detect" } = metadata;
  if (version === undefined) return [];
  if (task !== "detect") {
    throw new ModelRefused(`The model was exported by LibreYOLO for the task "${task}".`, {
      hint: "Only detection gives boxes here.",
    });
  }
  const known = families.get(family);
  if (!known) {
    throw new ModelRefused(
      `How LibreYOLO's family "${family}" is fed and read is not known here.`,
      {
        hint: `Known are ${[...families.keys()].join(", ")}. Write a manifest (docs/models.md) and give it with --manifest.`,
      },
    );
  }

  const why = `exported by LibreYOLO ${version}, family ${family}`;
  const claim = claimsOfOne({ by: "metadata", confidence: 0.99, why });
  const isCentred = metadata["letterbox_pad"] === "center";
  const fit = known.fit === "letterbox-top-left" && isCentred ? "letterbox" : known.fit;
  const read = readingOf(known, metadata, outputs[0]!.name);
  const [width, height] = [Number(metadata["imgsz_w"]), Number(metadata["imgsz_h"])];
  return [
    claim("family", { family }),
    ...(read ? [claim("output", read)] : []),
    claim("pixels", { input: pixels[known.pixels] }),
    claim("fit", { input: { ...fits[fit], ...(known.pad !== undefined && { pad: known.pad }) } }),
    ...(width > 0 && height > 0 ? [claim("size", { input: { width, height } })] : []),
  ];
}

/** With NMS or DeepStream's parser in mind an export has finished rows in its first output. */
function readingOf(
  { output, post }: Known,
  { nms, deepstream }: Metadata,
  name: string,
): Patch | undefined {
  if (nms === "true") return { output: finishedRows(name), post: { nms: "none" } };
  if (deepstream === "true") return { output: finishedRows(name), post: { nms: "per-class" } };
  return output && { output: output(name), ...(post && { post }) };
}
