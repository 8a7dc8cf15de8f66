import type { ModelOutput } from "../../../contracts/model-output.ts";
import { measured, outputNamed, type GraphView, type OutputView } from "../view.ts";
import { columnsOf, spanOf, type ColumnFacts } from "./columns.ts";
import { noNms, pixelsBy, type Guess, type Reading, type Signature } from "./reading.ts";
import { rowPartsOf, type RowPart } from "./row-parts.ts";
import type { FitName, PixelsName } from "../presets.ts";

type Column = Extract<ModelOutput, { decoder: "rows" }>["columns"][number];

const box: Column[] = ["x1", "y1", "x2", "y2"];
const orders = {
  end: [...box, "score", "class"],
  centred: ["cx", "cy", "w", "h", "score", "class"],
  classThenScore: [...box, "class", "score"],
  classFirst: ["class", "score", ...box],
  batchClassScore: ["batch", ...box, "class", "score"],
  batchScoreClass: ["batch", ...box, "score", "class"],
  automl: ["batch", "y1", "x1", "y2", "x2", "score", "class"],
} satisfies Record<string, Column[]>;

const isPlace = (column: Column): boolean => /^(?:[xy]\d|c[xy]|[wh])$/.test(column);

/** Rows of 6 or 7 with one finished detection each: v10/26/end-to-end, NMS in the graph, RT-DETR, YOLOv7, YOLO-NAS, Paddle, AutoML. */
export const rows: Signature = (view) => {
  const output = view.outputs.find(isRows);
  const others = view.outputs.filter((other) => other !== output);
  const count = others.find(({ type, dims }) => /int/.test(type) && (dims?.length ?? 1) <= 1);
  if (!output || others.some((other) => other !== count)) return [];
  const width = output.dims!.at(-1)!;

  const columns = columnsOf(measured(view, output.name));
  const parts = rowPartsOf(view.model, output.name);
  const candidates = Object.entries(orders).filter(([, order]) => order.length === width) as [
    keyof typeof orders,
    Column[],
  ][];
  const scored = candidates
    .map(([id, order]) => ({
      id,
      order,
      ...likelihood(order, { id, parts, columns, view, output }),
    }))
    .sort((one, other) => other.confidence - one.confidence);
  const best = scored[0];
  if (!best || best.confidence === 0) return [];

  const classes = columns[best.order.indexOf("class")];
  // As many as there are names, and none of them 0.
  const isFromOne = classes !== undefined && classes.min >= 1 && classes.max === view.classCount;
  const offset = best.id === "automl" || isFromOne ? 1 : 0;
  return [
    {
      ...conventions(view, best.id),
      confidence: best.confidence,
      ...(offset === 0 && { doubts: doubtsOf(classes) }),
      why: [
        `"${output.name}" has rows of ${width}: finished detections`,
        ...best.why,
        ...(isFromOne ? [`classes of 1 to ${classes.max}: 0 is the background`] : []),
        ...(columns.length > 0 ? [] : ["a trial run found nothing, so no values were seen"]),
      ],
      isProbed: columns.length > 0,
      output: {
        decoder: "rows",
        tensors: { rows: output.name, ...(count && { count: count.name }) },
        columns: best.order,
        ...(isNormalised(best.order, columns) && { units: "normalised" as const }),
        ...(offset === 1 && { class_offset: 1 }),
      },
      post: noNms,
    },
  ];
};

/** So many rows without a class 0 are hardly chance. */
const rowsToDoubt = 20;

function doubtsOf(classes: ColumnFacts | undefined): readonly string[] {
  if (!classes || classes.min < 1 || classes.values.length < rowsToDoubt) return [];
  return [
    `A trial run gave classes of ${classes.min} to ${classes.max} and never 0: if they count from 1, say --set output.class_offset=1.`,
  ];
}

function isRows({ type, dims }: OutputView): boolean {
  const width = dims?.at(-1);
  const isFloat = type === "float32" || type === "float16";
  if (!isFloat || !dims || dims.length < 2 || dims.length > 3) return false;
  // More rows than anyone wants to see are anchors of a raw head.
  return (width === 6 || width === 7) && (dims.at(-2) ?? 0) <= 1000;
}

interface Signs {
  readonly id: keyof typeof orders;
  readonly parts: readonly RowPart[] | undefined;
  readonly columns: readonly ColumnFacts[];
  readonly view: GraphView;
  readonly output: OutputView;
}

/** How well an order of columns goes with how the graph puts rows together, with what came out, and with names. */
function likelihood(
  order: readonly Column[],
  signs: Signs,
): { readonly confidence: number; readonly why: readonly string[] } {
  const why: string[] = [];
  const byValues = fitsValues(order, signs);
  if (byValues === false) return { confidence: 0, why };
  if (byValues) why.push(`a trial run's values fit ${order.join(", ")} (scores ${byValues})`);

  const byParts = fitsParts(order, signs.parts);
  if (byParts === false && !byValues) return { confidence: 0, why };
  if (byParts) why.push(`the graph puts rows together as ${order.join(", ")}`);

  const isNamed = names[signs.id]?.(signs) ?? false;
  if (isNamed) why.push(`its name is that of such exports`);
  const confidence =
    byParts === false
      ? 0.5
      : byParts
        ? byValues || isNamed
          ? 0.95
          : 0.92
        : isNamed
          ? 0.92
          : byValues
            ? 0.75
            : 0.5;
  // Most exports by far have this order.
  return { confidence: signs.id === "end" ? confidence + 0.01 : confidence, why };
}

const names: Partial<Record<keyof typeof orders, (signs: Signs) => boolean>> = {
  end: ({ output }) => output.name === "output0",
  batchScoreClass: ({ output }) => /^(?:graph\d+_)?flat_predictions$/.test(output.name),
  automl: ({ output, view }) =>
    output.name.startsWith("detections") && view.image.layout === "NHWC",
  classFirst: ({ view, output }) =>
    outputNamed(view, /multiclass_nms/) !== undefined ||
    (view.extras.some(({ value }) => value === "ones-hw") && output.dims!.length === 2),
};

function fitsParts(order: readonly Column[], parts: Signs["parts"]): boolean | undefined {
  if (!parts) return undefined;
  const expected = order
    .filter((column, at) => !isPlace(column) || !isPlace(order[at - 1] ?? "score"))
    .map((column): RowPart => (column === "class" || column === "batch" ? "whole" : "other"));
  return parts.length === expected.length
    ? parts.every((part, at) => part === expected[at])
    : undefined;
}

/** The span of the scores where the values fit, false where they do not, undefined where there are none. */
function fitsValues(
  order: readonly Column[],
  { columns, view }: Signs,
): string | false | undefined {
  if (columns.length === 0) return undefined;
  const of = (name: Column) => columns[order.indexOf(name)];
  const score = of("score")!;
  const classes = of("class")!;
  if (score.min < 0 || score.max > 1.0001 || !classes.isWhole || classes.min < 0) return false;
  if (order[0] === "batch" && columns[0]!.max >= 1) return false;
  // Scores that are all 0 or 1 are classes.
  if (score.isWhole && score.max > 0) return false;
  const [across, down] = order.includes("cx")
    ? [centredAlong(of("cx")!, of("w")!), centredAlong(of("cy")!, of("h")!)]
    : [cornersAlong(of("x1")!, of("x2")!), cornersAlong(of("y1")!, of("y2")!)];
  const isBox = across.isBox && down.isBox;
  const isOutside = across.middleMax > view.width * 1.3 || down.middleMax > view.height * 1.3;
  return isBox && !isOutside ? spanOf([score]) : false;
}

interface Along {
  /** No box ends before it begins. */
  readonly isBox: boolean;
  readonly middleMax: number;
}

function cornersAlong(from: ColumnFacts, to: ColumnFacts): Along {
  return {
    isBox: from.values.every((value, at) => value <= to.values[at]! + 1e-3),
    middleMax: Math.max(...from.values.map((value, at) => (value + to.values[at]!) / 2)),
  };
}

const centredAlong = (centre: ColumnFacts, size: ColumnFacts): Along => ({
  isBox: size.min >= 0,
  middleMax: centre.max,
});

const isNormalised = (order: readonly Column[], columns: readonly ColumnFacts[]): boolean => {
  const places = columns.filter((_, at) => isPlace(order[at]!));
  return (
    places.length > 0 && places.every(({ max }) => max <= 2) && places.some(({ max }) => max > 0)
  );
};

interface Conventions extends Pick<Reading, "family"> {
  readonly pixels: Guess<PixelsName>;
  readonly fit: Guess<FitName>;
}

function conventions(view: GraphView, id: keyof typeof orders): Conventions {
  const fit = (name: FitName, confidence: number, why: string) => ({ name, confidence, why });
  if (id === "batchClassScore") {
    return {
      family: "yolo-v7",
      pixels: pixelsBy(view, { scaled: "rgb-unit" }, "YOLOv7"),
      fit: fit("letterbox", 0.92, "YOLOv7 letterboxes, centred"),
    };
  }
  if (id === "batchScoreClass") {
    return {
      family: "yolo-nas",
      pixels: pixelsBy(view, { scaled: "rgb-unit" }, "YOLO-NAS"),
      fit: fit("letterbox", 0.9, "YOLO-NAS letterboxes, centred"),
    };
  }
  if (id === "automl") {
    return {
      family: "efficientdet",
      pixels: pixelsBy(view, { scaled: "rgb-imagenet" }, "EfficientDet"),
      fit: fit("letterbox-top-left-black", 0.9, "google/automl pads right and below"),
    };
  }
  if (id === "classFirst") {
    const guess = pixelsBy(view, { scaled: "rgb-imagenet" }, "PaddleDetection");
    // PP-YOLOE+ and RT-DETR take 0–1 as it is, all others ImageNet's mean and deviation.
    const isKnown = view.range.isInGraph || view.image.dtype === "uint8";
    return {
      family: "paddle-detection",
      pixels: isKnown ? guess : { ...guess, confidence: Math.min(guess.confidence, 0.6) },
      fit: fit("stretch", 0.9, "PaddleDetection's exports stretch"),
    };
  }
  if (id === "centred") {
    return {
      family: "rt-detr",
      pixels: pixelsBy(view, { scaled: "rgb-unit" }, "RT-DETR"),
      fit: fit("stretch", 0.9, "RT-DETR's exports stretch"),
    };
  }
  if (outputNamed(view, /^output0$/)) {
    return {
      family: "ultralytics",
      pixels: pixelsBy(view, { scaled: "rgb-unit" }, "Ultralytics"),
      fit: fit("letterbox", 0.92, "Ultralytics letterboxes, centred"),
    };
  }
  // Nobody's convention: what the first weights say is all there is, and YOLOX is the family made for 0–255.
  const isRaw = view.range.range === "raw" && view.image.dtype !== "uint8";
  const guess = pixelsBy(
    view,
    isRaw ? { raw: "bgr-raw" } : { scaled: "rgb-unit" },
    isRaw ? "YOLOX" : "YOLO",
  );
  return {
    family: "nms-inside",
    pixels: { ...guess, confidence: Math.min(guess.confidence, 0.8) },
    fit: isRaw
      ? fit("letterbox-top-left", 0.8, "as YOLOX, which is made for 0–255")
      : fit("letterbox", 0.7, "as most YOLO exports"),
  };
}
