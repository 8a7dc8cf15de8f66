import { expect, test } from "vitest";
import { answerOf, noAnswers, type Answers } from "../../../models/inspect/answers.ts";
import { inspectModel, manifestOf } from "../../../models/inspect/inspect-model.ts";
import { runModel } from "../../../models/inspect/probe/run-model.ts";
import { families } from "../../support/onnx/families.ts";
import { writeFamily, type Family } from "../../support/onnx/family.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

// What no graph can tell: these are questions, or conventions that the fixture does not follow.
const settings: Readonly<Record<string, readonly string[]>> = {
  "tensorflow-ssd": ["size=160x96"],
  mmdeploy: ["fit=stretch"],
};

const inspect = (family: Family, answers: Answers) =>
  inspectModel(writeFamily(scratchFolder(), family), { answers, runProbe: runModel });

/** What counts: where the picture sits and its padding mean nothing where it is stretched. */
const essence = ({ family, classes, input, output, post }: Family["manifest"]) => {
  const { anchor, pad, ...rest } = input;
  const isStretched = input.resize === "stretch";
  return {
    family,
    classes,
    input: { ...rest, ...(!isStretched && { anchor, pad }) },
    output,
    post,
  };
};

test.each(families.map((family) => [family.id, family] as const))(
  "%s: the manifest that fits it is derived, given its classes",
  async (id, family) => {
    const said = (settings[id] ?? []).map(answerOf).filter((answer) => "part" in answer);
    const classes = { part: "classes" as const, patch: { classes: family.manifest.classes } };

    const inspection = await inspect(family, { said: [classes, ...said], accepted: "all" });
    const manifest = manifestOf(inspection);

    expect(essence(manifest)).toEqual(essence(family.manifest));
    expect(manifest.file).toEqual(family.manifest.file);
    expect(manifest.derived).toMatchObject({ confidence: inspection.confidence });
  },
);

const silent = [
  "ultralytics-v8",
  "ultralytics-v8-half",
  "ultralytics-v8-dynamic",
  "ultralytics-v8-batch-4",
  "ultralytics-rt-detr",
  "ultralytics-rt-detr-rows",
  "ultralytics-end-to-end",
  "ultralytics-nms",
  "yolo-v5",
  "rf-detr",
  "detr",
  "rt-detr-hugging-face",
  "libreyolo-yolo9",
  "libreyolo-rtmdet",
  "yunet",
  "scrfd",
];

test("nothing is asked of a model that says all of itself, and of no other", async () => {
  for (const family of families) {
    const { questions, confidence } = await inspect(family, noAnswers);

    expect([family.id, questions.length === 0]).toEqual([family.id, silent.includes(family.id)]);
    expect([family.id, confidence >= 0.9]).toEqual([family.id, silent.includes(family.id)]);
  }
});

test("a shape that two families share is a question, and the rival is named", async () => {
  for (const id of ["yolox", "ultralytics-v8-transposed", "yolo-v6"]) {
    const family = families.find((each) => each.id === id)!;

    const { questions, warnings } = await inspect(family, noAnswers);

    expect(questions.map(({ part }) => part)).toContain("output");
    expect(warnings.join()).toContain("could also be read as");
  }
});

test("--set family takes the other reading", async () => {
  const family = families.find(({ id }) => id === "ultralytics-v8-transposed")!;

  const { draft, questions } = await inspect(family, { said: [], accepted: [], family: "yolo-v6" });

  expect(draft).toMatchObject({ family: "yolo-v6", output: { decoder: "yolo-v5" } });
  expect(questions.map(({ part }) => part)).not.toContain("output");
});
