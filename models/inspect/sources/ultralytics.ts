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
  readonly isRtDetr: boolean;
  readonly head?: string;
  readonly version?: string;
  readonly licence?: string;
}

/** Reads Ultralytics' metadata; undefined where there is none, throws ModelRefused where it names another task. */
export function ultralyticsFacts(
  metadata: Readonly<Record<string, string>>,
): UltralyticsFacts | undefined {
  const { author, task, names, stride, head, version, license, imgsz } = metadata;
  const isWhole = author === "Ultralytics" || (task !== undefined && names !== undefined);
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
  return {
    isWhole,
    isFinished: nms || parsePython(metadata["end2end"] ?? "") === true,
    isRtDetr: head === "RTDETRDecoder",
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
  const { names, size, isWhole, isRtDetr, version, licence } = facts;
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

  const family = isRtDetr ? "rt-detr" : "ultralytics";
  const { scale } = pixels["rgb-unit"];
  const why = `exported by Ultralytics ${version ?? ""}`.trim();
  claims.push(
    claim("family", { family }, why),
    view.image.dtype === "uint8"
      ? claim("pixels", { input: pixels["rgb-raw"] }, "bytes go in", 0.9)
      : claim("pixels", { input: { ...pixels["rgb-unit"], scale } }, `${why}: RGB, 0–1`),
    claim("fit", { input: isRtDetr ? fits.stretch : fits.letterbox }, why),
  );
  const output = outputOf(facts, view);
  if (output) claims.push(claim("output", output.patch, output.why));
  if (licence) claims.push(claim("licence", { licence }, "metadata"));
  return claims;
}

function outputOf(
  { isFinished, isRtDetr, names, head }: UltralyticsFacts,
  view: GraphView,
): { readonly patch: Patch; readonly why: string } | undefined {
  const [output, ...more] = view.outputs;
  if (!output || more.length > 0) return undefined;
  const [rows, columns] = output.dims?.slice(-2) ?? [];
  const predictions = { predictions: output.name };
  if (isFinished) {
    if (columns !== 6) return undefined;
    return {
      patch: {
        output: {
          decoder: "rows",
          tensors: { rows: output.name },
          columns: ["x1", "y1", "x2", "y2", "score", "class"],
        },
        post: { nms: "none" },
      },
      why: "metadata says that suppression is in the graph (end2end or nms)",
    };
  }
  if (isRtDetr && columns === 6 && (names?.length !== 2 || endsInClass(view, output.name))) {
    return {
      patch: {
        output: {
          decoder: "rows",
          tensors: { rows: output.name },
          columns: ["cx", "cy", "w", "h", "score", "class"],
          units: "normalised",
        },
        post: { nms: "none" },
      },
      why: "metadata names the head RTDETRDecoder, which answers finished rows since 8.4",
    };
  }
  const channels = names && names.length + 4;
  const fitsNames = channels === undefined || rows === channels || columns === channels;
  if (!fitsNames) return undefined;
  const why = `metadata${head ? ` names the head ${head}` : ""}, and the output has 4 + ${channels === undefined ? "classes" : channels - 4} values`;
  return {
    patch: {
      output: {
        decoder: "yolo-v8",
        tensors: predictions,
        ...(isRtDetr && { units: "normalised" as const }),
      },
      ...(isRtDetr && { post: { nms: "none" as const } }),
    },
    why,
  };
}

/** Six columns may as well be a box and the scores of two classes, as before 8.4. */
const endsInClass = (view: GraphView, output: string): boolean =>
  columnsOf(measured(view, output)).at(-1)?.isWhole === true;
