import { limits } from "../../../contracts/limits.ts";
import { ModelRefused } from "../../model-refused.ts";
import type { Claim, Part, Patch } from "../claim.ts";
import { fits, pixels } from "../presets.ts";
import { measured, type GraphView } from "../view.ts";
import { columnsOf } from "../signatures/columns.ts";
import { namesIn, parsePython } from "./python-literal.ts";

/** What Ultralytics writes into the metadata of an export; YOLOv5 writes only names and stride. */
export interface UltralyticsFacts {
  readonly names?: readonly string[];
  /** Height and width, pixels. */
  readonly size?: readonly [number, number];
  readonly isWhole: boolean;
  readonly isFinished: boolean;
  /** Absent in exports before 8.4. */
  readonly isEndToEnd?: boolean;
  /** Name of the head's class; absent in many versions. */
  readonly head?: string;
  readonly version?: string;
  readonly licence?: string;
}

/** Reads Ultralytics' metadata; undefined where there is none, throws ModelRefused where it names another task. */
export function ultralyticsFacts(
  metadata: Readonly<Record<string, string>>,
): UltralyticsFacts | undefined {
  const { author, task, names, stride, head, version, license, imgsz } = metadata;
  // Others write a task and names, too, and mean another layout.
  const isWhole = author === "Ultralytics";
  if (!isWhole && (names === undefined || stride === undefined)) return undefined;
  if (task !== undefined && task !== "detect") {
    throw new ModelRefused(`The model was trained for Ultralytics' task "${task}".`, {
      hint: "Only detection gives boxes here. Export a detection model, for example `yolo export model=yolo11n.pt format=onnx`.",
    });
  }
  const classNames = names === undefined ? undefined : namesIn(parsePython(names));
  const args = parsePython(metadata["args"] ?? "");
  const nms = typeof args === "object" && args !== null && "nms" in args && args.nms === true;
  const size = imgsz === undefined ? undefined : parsePython(imgsz);
  const isEndToEnd = parsePython(metadata["end2end"] ?? "");
  return {
    isWhole,
    isFinished: nms || isEndToEnd === true,
    ...(typeof isEndToEnd === "boolean" && { isEndToEnd }),
    ...(classNames && { names: classNames }),
    ...(isSize(size) && { size }),
    ...(head !== undefined && { head }),
    ...(version !== undefined && { version }),
    ...(license !== undefined && {
      licence: license.slice(0, limits.modelWordsLengthMax).replace(/\s+License\b.*$/i, ""),
    }),
  };
}

const isSize = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isInteger(each));

/** What the metadata says of each part; of the output only where the graph's shape agrees. */
export function ultralyticsClaims(facts: UltralyticsFacts, view: GraphView): readonly Claim[] {
  const claim = (part: Part, patch: Patch, why: string, confidence = 0.99): Claim => ({
    part,
    by: "metadata",
    confidence,
    why,
    patch,
  });
  const { names, size, isWhole, head, version, licence } = facts;
  const claims: Claim[] = [];
  if (names) {
    claims.push(
      claim("classes", { classes: [...names] }, `metadata names ${names.length} classes`),
    );
  }
  if (size) {
    const [height, width] = size;
    claims.push(
      claim("size", { input: { width, height } }, `metadata imgsz is ${height} × ${width}`),
    );
  }
  if (!isWhole) return claims;

  const layout = layoutOf(facts, view);
  const isRtDetr = head === rtDetrHead || layout === "queries" || layout === "centred-rows";
  const family = isRtDetr ? "rt-detr" : "ultralytics";
  const { scale } = pixels["rgb-unit"];
  const why = `exported by Ultralytics ${version ?? ""}`.trim();
  claims.push(
    claim("family", { family }, why),
    view.image.dtype === "uint8"
      ? claim("pixels", { input: pixels["rgb-raw"] }, "bytes go in", 0.9)
      : claim("pixels", { input: { ...pixels["rgb-unit"], scale } }, `${why}: RGB, 0–1`),
    // Its convention, which no metadata says: a file that says how it is has the word.
    { ...claim("fit", { input: isRtDetr ? fits.stretch : fits.letterbox }, why), by: "signature" },
  );
  const output = layout && outputOf(layout, facts, view.outputs[0]!.name);
  if (output) claims.push(claim("output", output.patch, output.why));
  if (licence) claims.push(claim("licence", { licence }, "metadata"));
  return claims;
}

const rtDetrHead = "RTDETRDecoder";

/**
 * What lies in the only output: finished rows of corners; one anchor after the other, or RT-DETR's queries, with a score
 * for each class; or, of RT-DETR since 8.4.47, finished rows of centre and size.
 */
type Layout = "corner-rows" | "anchors" | "queries" | "centred-rows";

function layoutOf(
  { isFinished, isEndToEnd, names, head }: UltralyticsFacts,
  view: GraphView,
): Layout | undefined {
  const [output, ...more] = view.outputs;
  if (!output || more.length > 0) return undefined;
  const [rows, columns] = output.dims?.slice(-2) ?? [];
  if (isFinished) return columns === 6 ? "corner-rows" : undefined;
  const channels = names && names.length + 4;
  // Six columns are a finished row, or a box and the scores of two classes: only a run can tell.
  const isRow = channels === 6 ? endsInClass(view, output.name) : true;
  if (columns === 6 && isRow === undefined) return undefined;
  if (columns === 6 && isRow) {
    // Where metadata says nothing of an end to end, YOLOv10 has rows too.
    const isRtDetr = head === undefined ? isEndToEnd === false : head === rtDetrHead;
    return isRtDetr ? "centred-rows" : undefined;
  }
  if (channels !== undefined && rows !== channels && columns !== channels) return undefined;
  // Anchors come last in all heads but RT-DETR's, where queries come first.
  const isTurned = rows !== channels && columns === channels;
  return head === rtDetrHead || (head === undefined && isTurned) ? "queries" : "anchors";
}

const endsInClass = (view: GraphView, output: string): boolean | undefined =>
  columnsOf(measured(view, output)).at(-1)?.isWhole;

function outputOf(
  layout: Layout,
  { names, head }: UltralyticsFacts,
  name: string,
): { readonly patch: Patch; readonly why: string } {
  const said = head === undefined ? "metadata" : `metadata names the head ${head}`;
  if (layout === "corner-rows" || layout === "centred-rows") {
    const isCentred = layout === "centred-rows";
    return {
      patch: {
        output: {
          decoder: "rows",
          tensors: { rows: name },
          columns: [
            ...(isCentred
              ? (["cx", "cy", "w", "h"] as const)
              : (["x1", "y1", "x2", "y2"] as const)),
            "score",
            "class",
          ],
          ...(isCentred && { units: "normalised" as const }),
        },
        post: { nms: "none" },
      },
      why: isCentred
        ? `${said}, and the output has rows of six, as of RT-DETR since 8.4.47`
        : "metadata says that suppression is in the graph (end2end or nms)",
    };
  }
  const isRtDetr = layout === "queries";
  return {
    patch: {
      output: {
        decoder: "yolo-v8",
        tensors: { predictions: name },
        ...(isRtDetr && { units: "normalised" as const }),
      },
      ...(isRtDetr && { post: { nms: "none" as const } }),
    },
    why: `${said}, and the output has 4 + ${names?.length ?? "classes"} values${isRtDetr && head === undefined ? " of each query, as RT-DETR's" : ""}`,
  };
}
