import { expect, test } from "vitest";
import { settleQuestions } from "../../cli/settle-questions.ts";
import { noAnswers } from "../../models/inspect/answers.ts";
import { manifestOf } from "../../models/inspect/inspect-model.ts";
import { lookAt } from "../../models/inspect/look.ts";
import { runModel } from "../../models/inspect/probe/run-model.ts";
import { createOutput } from "../../cli/output.ts";
import { families } from "../support/onnx/families.ts";
import { writeFamily } from "../support/onnx/family.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

/** Settles a fixture's questions with these answers, in order; what was asked and said. */
async function settled(id: string, answers: readonly string[]) {
  const folder = scratchFolder();
  const path = writeFamily(
    folder,
    families.find((family) => family.id === id)!,
  );
  const file = { sha256: "a".repeat(64), sizeBytes: 1 };
  const look = await lookAt(path, { file, runProbe: runModel });
  const asked: string[] = [];
  let said = "";
  const stream = { write: (text: string) => (said += text) };
  const inspection = await settleQuestions(look, noAnswers, {
    workingDirectory: folder,
    output: createOutput({
      stdout: stream,
      stderr: stream,
      environment: {},
      now: () => 0,
      isQuiet: () => false,
    }),
    ask: async (question) => {
      const answer = answers[asked.push(question) - 1];
      if (answer === undefined) throw new Error(`asked too much: ${question}`);
      return answer;
    },
  });
  return { manifest: manifestOf(inspection), asked, said };
}

test("each open question is asked once, with what is supposed, and Enter takes that", async () => {
  const { asked, manifest } = await settled("nms-inside", ["", "", "player,seat,ball"]);

  expect(asked).toEqual([
    expect.stringMatching(/pixels[\s\S]*one of: rgb-unit[\s\S]*Enter for: bgr-raw/),
    expect.stringContaining("Enter for: letterbox-top-left"),
    expect.stringMatching(/classes called\?\n> $/),
  ]);
  expect(manifest).toMatchObject({
    classes: ["player", "seat", "ball"],
    input: { channels: "BGR", anchor: "top-left" },
  });
  expect(manifest.derived?.confidence).toBeLessThan(0.9);
  expect(manifest.derived?.evidence.join()).toContain("confirmed by a person");
});

test("an answer is taken before what is supposed", async () => {
  const { manifest } = await settled("nms-inside", ["rgb-unit", "stretch", "a,b,c"]);

  expect(manifest.input).toMatchObject({ channels: "RGB", scale: 1 / 255, resize: "stretch" });
});

test("an answer that makes no sense is said to, and asked for again", async () => {
  const { asked, said } = await settled("nms-inside", ["purple", "", "", "", "a,b,c"]);

  expect(asked[1]).toBe(asked[0]);
  expect(said).toMatch(/no pixels "purple"[\s\S]*please answer/);
});

test("names that are too few for the graph are asked for again", async () => {
  const { manifest, said } = await settled("nanodet-plus", ["a,b", "a,b,c"]);

  expect(said).toContain("3 classes, but 2 were named");
  expect(manifest.classes).toEqual(["a", "b", "c"]);
});

test("a reading is chosen by its family", async () => {
  const { manifest } = await settled("ultralytics-v8-transposed", ["yolo-v6", ""]);

  expect(manifest).toMatchObject({ family: "yolo-v6", output: { decoder: "yolo-v5" } });
});
