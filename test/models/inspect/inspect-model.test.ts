import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerOf, type Answers } from "../../../models/inspect/answers.ts";
import { inspectModel, manifestOf } from "../../../models/inspect/inspect-model.ts";
import type { ProbeRequest } from "../../../models/inspect/probe/probe-messages.ts";
import { runModel } from "../../../models/inspect/probe/run-model.ts";
import { families } from "../../support/onnx/families.ts";
import { fixtureClasses, writeFamily } from "../../support/onnx/family.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

const fixture = (id: string) => families.find((family) => family.id === id)!;

/** Inspects a fixture with other files beside it. */
function inspect(id: string, files: Readonly<Record<string, string>> = {}, answers?: Answers) {
  const folder = scratchFolder();
  const path = writeFamily(folder, fixture(id));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return inspectModel(path, { runProbe: runModel, ...(answers && { answers }) });
}
const openParts = ({ questions }: Awaited<ReturnType<typeof inspect>>) =>
  questions.map(({ part }) => part);

test("metadata goes before what lies beside the file", async () => {
  const { draft } = await inspect("ultralytics-v8", { "classes.txt": "a\nb\nc" });

  expect(draft.classes).toEqual(fixtureClasses);
});

test("how Roboflow says that pictures were fitted goes before Ultralytics' convention", async () => {
  const network = { color_mode: "rgb", resize_mode: "stretch", scaling_factor: 255 };

  const { draft, questions } = await inspect("ultralytics-v8", {
    "inference_config.json": JSON.stringify({ network_input: network }),
  });

  expect(draft.input?.resize).toBe("stretch");
  expect(questions).toEqual([]);
});

test("a manifest beside the file goes before conventions", async () => {
  const { manifest } = fixture("nanodet");
  const { file: _, ...unbound } = manifest;

  const inspection = await inspect("nanodet", { "nanodet.json": JSON.stringify(unbound) });

  expect(manifestOf(inspection)).toMatchObject({
    classes: manifest.classes,
    input: manifest.input,
  });
  expect(inspection).toMatchObject({ by: "sidecar", questions: [] });
});

test("a class list beside the file answers where its count fits, and not where it does not", async () => {
  const fitting = await inspect("nanodet-plus", { "classes.txt": "a\nb\nc" });
  const other = await inspect("nanodet-plus", { "classes.txt": "a\nb\nc\nd" });

  expect([fitting.draft.classes, openParts(fitting)]).toEqual([["a", "b", "c"], []]);
  expect(openParts(other)).toEqual(["classes"]);
  expect(other.draft.classes).not.toContain("d");
});

test("a common class list is only supposed where the graph does not say how many classes it has", async () => {
  const inspection = await inspect("yolo-v7-end-to-end", { "classes.txt": "a\nb\nc" });

  expect(openParts(inspection)).toEqual(["classes"]);
  expect(inspection.questions[0]?.supposed).toContain("a, b, c");
});

test("a sidecar that names outputs which the graph does not have is not believed, and said", async () => {
  const config = JSON.stringify({ model_type: "detr" });

  const { family, warnings } = await inspect("yolo-v5", { "config.json": config });

  expect(family).toBe("yolo-v5");
  expect(warnings.join()).toContain("no output logits, pred_boxes");
});

test("the size that the graph is fixed to counts, whatever a sidecar says", async () => {
  const preprocessor = JSON.stringify({ size: { width: 320, height: 320 } });

  const { draft, warnings } = await inspect("yolo-v5", {
    "preprocessor_config.json": preprocessor,
  });

  expect(draft.input).toMatchObject({ width: 160, height: 96 });
  expect(warnings.join()).toContain("fixed to 160 × 96");
});

test("a graph of any size is run with the size that was named, and asks for it otherwise", async () => {
  const sizes: (readonly number[])[] = [];
  const runProbe = (request: ProbeRequest) => {
    sizes.push(request.runs[0]![0]!.dims);
    return runModel(request);
  };
  const path = writeFamily(scratchFolder(), fixture("tensorflow-ssd"));

  const asking = await inspectModel(path, { runProbe });
  await inspectModel(path, { runProbe, size: { width: 320, height: 192 } });

  expect(asking.questions).toContainEqual(
    expect.objectContaining({ part: "size", default: "640x640" }),
  );
  expect(sizes).toEqual([
    [1, 640, 640, 3],
    [1, 192, 320, 3],
  ]);
});

test("without a trial run, what only a run shows stays a question", async () => {
  const path = writeFamily(scratchFolder(), fixture("yolox"));
  const answers: Answers = {
    said: [{ part: "classes", patch: { classes: [...fixtureClasses] } }],
    accepted: [],
  };

  const { questions } = await inspectModel(path, {
    answers,
    runProbe: async () => ({ runs: [] }),
  });

  expect(questions.map(({ part }) => part)).toEqual(["output"]);
});

test("an answer to one field leaves the rest of its part", async () => {
  const { draft } = await inspect(
    "yolo-v5",
    {},
    {
      said: [{ part: "pixels", patch: { input: { channels: "BGR" } } }],
      accepted: [],
    },
  );

  expect(draft.input).toMatchObject({ channels: "BGR", scale: 1 / 255 });
});

test("digest and size are the file's, and its name and an unknown licence are filled in with a warning", async () => {
  const { bytes } = fixture("yolo-v5");
  const inspection = await inspect("yolo-v5");

  const { file, name, licence } = manifestOf(inspection);

  expect(file).toEqual({
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size_bytes: bytes.length,
  });
  expect([name, licence]).toEqual(["yolo-v5", "unknown"]);
  expect(inspection.warnings.join()).toContain("names no licence");
});

test("there is no manifest while a question is open", async () => {
  const inspection = await inspect("yolox");

  expect(() => manifestOf(inspection)).toThrow("Not sure enough");
});

test("classes that are never 0 are a warning, until somebody has said how they count", async () => {
  const path = writeFamily(scratchFolder(), fixture("nms-inside"));
  const fromOne = async (request: ProbeRequest) => {
    const reply = await runModel(request);
    if (!("runs" in reply)) return reply;
    for (const { detections } of reply.runs) {
      for (let at = 5; at < detections!.values!.length; at += 6) detections!.values![at]! += 1;
    }
    return reply;
  };
  const offset = answerOf("output.class_offset=1") as Answers["said"][number];

  const { warnings } = await inspectModel(path, { runProbe: fromOne });
  const told = await inspectModel(path, {
    runProbe: fromOne,
    answers: { said: [offset], accepted: [] },
  });

  expect(warnings.join()).toContain("output.class_offset=1");
  expect(told.warnings.join()).not.toContain("class_offset");
});

test.each([
  ["size=640x640", /"images" as float32 of 1 × 3 × 96 × 160, .* fed .* 1 × 3 × 640 × 640/],
  ["input.name=nope", /takes "images" as .* fed "nope" as/],
  ["input.dtype=float16", /as float32 of .* as float16 of/],
  ["input.layout=NHWC", /of 1 × 3 × 96 × 160, .* of 1 × 96 × 160 × 3/],
  ["input.batch=4", /of 1 × 3 .* of 4 × 3/],
  ["post.iou=5", /post\.iou: /],
  ['post.score_min_by_class={"dodo":0.1}', /post\.score_min_by_class: names a class/],
  ["input.channels=XYZ", /input\.channels: /],
  ["output.decoder=nope", /output\.decoder: /],
])("--set %s is refused where it cannot be", async (setting, words) => {
  const answers: Answers = { said: [answerOf(setting) as Answers["said"][number]], accepted: [] };

  await expect(inspect("yolo-v5", {}, answers)).rejects.toThrow(words);
});

test("what the graph leaves open may be said", async () => {
  const said = [answerOf("size=320x192") as Answers["said"][number]];

  const { draft } = await inspect("tensorflow-ssd", {}, { said, accepted: [] });

  expect(draft.input).toMatchObject({ width: 320, height: 192 });
});
