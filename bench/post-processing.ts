import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { candidatesFor } from "../gpu-worker/detector/boxes.ts";
import { yoloV5 } from "../gpu-worker/detector/decoders/yolo-v5.ts";
import { yoloV8 } from "../gpu-worker/detector/decoders/yolo-v8.ts";
import { yolox } from "../gpu-worker/detector/decoders/yolox.ts";
import type { Decoder, OutputTensor } from "../gpu-worker/detector/decoders/decoder.ts";
import { detr } from "../gpu-worker/detector/decoders/detr.ts";
import { keepBest } from "../gpu-worker/detector/nms.ts";
import { pipelineDefaults } from "../models/catalog.ts";
import { crowd, decodedOf, logitsOf, rawOf, transposed } from "./crowd.ts";
import { printTable } from "./table.ts";

/**
 * Measures what follows a model's run on one picture of 640 × 640 with 80 classes: decoding at the stored floor, then
 * non-maximum suppression. Medians over rounds of many runs, after the compiler has seen them; of the rounds the one that
 * other processes disturbed least counts.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    /** Prints a missed bar without failing: a shared machine says little of time. */
    "report-only": { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const runsPerRound = 25;
const warmUp = 100;
const millisecondsMax = 1;

const input = { width: 640, height: 640 };
const classCount = 80;
const strides = [8, 16, 32];
const scene = crowd({ ...input, strides, classCount, objects: 60, seed: 7 });
const floor = pipelineDefaults.score_min;
const floors = { scoreMin: new Float32Array(classCount).fill(floor), scoreMinAny: floor };
const rule = { nms: "per-class", iou: 0.45, max_detections: 300 } as const;

const decoded = decodedOf(scene);
const anchors = scene.anchors;
const predictions = (data: Float32Array, ...dims: number[]) => ({ predictions: [{ data, dims }] });
const cases: readonly {
  readonly name: string;
  readonly bar?: number;
  readonly decoder: Decoder;
  readonly tensors: Readonly<Record<string, readonly OutputTensor[]>>;
  readonly rule?: Parameters<typeof keepBest>[1];
}[] = [
  {
    name: `yolo-v8, 1×84×${anchors}`,
    bar: millisecondsMax,
    decoder: yoloV8({ units: "pixels", format: "cxcywh" }, input, classCount),
    tensors: predictions(transposed(decoded, anchors, 84), 1, 84, anchors),
  },
  {
    name: `yolo-v8, 1×${anchors}×84`,
    bar: millisecondsMax,
    decoder: yoloV8({ units: "pixels", format: "cxcywh" }, input, classCount),
    tensors: predictions(decoded, 1, anchors, 84),
  },
  {
    name: `yolo-v8, 1×84×${anchors}, NMS over all classes`,
    decoder: yoloV8({ units: "pixels", format: "cxcywh" }, input, classCount),
    tensors: predictions(transposed(decoded, anchors, 84), 1, 84, anchors),
    rule: { ...rule, nms: "agnostic" },
  },
  {
    name: `yolox, 1×${anchors}×85`,
    bar: millisecondsMax,
    decoder: yolox({ strides }, input, classCount),
    tensors: predictions(rawOf(scene), 1, anchors, 85),
  },
  {
    name: `yolo-v5, 1×${anchors}×85`,
    decoder: yoloV5({ units: "pixels" }, input, classCount),
    tensors: predictions(decodedOf(scene, { objectness: true }), 1, anchors, 85),
  },
  {
    name: "detr, 1×300×80, sigmoid, no NMS",
    decoder: detr({ activation: "sigmoid", class_offset: 0 }, input, classCount),
    tensors: logitsOf(scene, 300),
    rule: { ...rule, nms: "none" },
  },
];

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;
const into = candidatesFor(1000);

/** Milliseconds of decoding and of suppressing, and how many boxes stay. */
function measured({ decoder, tensors, rule: own = rule }: (typeof cases)[number], runs: number) {
  const times = { decode: [] as number[], suppress: [] as number[], both: [] as number[] };
  let kept = 0;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    decoder(tensors, 0, floors, into);
    const between = performance.now();
    kept = keepBest(into, own).length;
    const end = performance.now();
    times.decode.push(between - start);
    times.suppress.push(end - between);
    times.both.push(end - start);
  }
  return {
    decode: median(times.decode),
    suppress: median(times.suppress),
    both: median(times.both),
    kept,
  };
}

for (const each of cases) measured(each, warmUp);
let missed = 0;
const rows = cases.map((each) => {
  const { name, bar } = each;
  const all = Array.from({ length: rounds }, () => measured(each, runsPerRound));
  const { decode, suppress, both, kept } = all.sort((a, b) => a.both - b.both)[0]!;
  const late = bar !== undefined && both > bar;
  if (late) missed++;
  return [
    name,
    String(into.count),
    String(kept),
    decode.toFixed(2),
    suppress.toFixed(2),
    both.toFixed(2),
    bar === undefined ? "" : `${late ? "MISSED" : "ok"}, ≤ ${bar} ms`,
  ];
});

printTable(
  `Post-processing of one picture at a floor of ${floor}, ${cpus()[0]?.model ?? "unknown processor"}`,
  ["output", "candidates", "kept", "decode, ms", "NMS, ms", "both, ms", "bar"],
  rows,
);
process.exitCode = missed > 0 && !values["report-only"] ? 1 : 0;
