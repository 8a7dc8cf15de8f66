import { env } from "onnxruntime-node";
import { expect, test } from "vitest";
import { pipelineDefaults } from "../../models/catalog.ts";
import { blockPictures, comparedWithDefinition } from "../support/onnx/compare.ts";
import { families } from "../support/onnx/families.ts";
import { writeFamily } from "../support/onnx/family.ts";
import { temporaryFolder } from "./support/clips.ts";

env.logLevel = "fatal";

test.each(families.map((family) => [family.title, family] as const))(
  "%s: every box of the worker's session is that of the definition",
  async (_, family) => {
    const { manifest } = family;
    const modelPath = writeFamily(temporaryFolder(), family);

    const compared = await comparedWithDefinition(manifest, modelPath, {
      pictures: blockPictures(manifest.input),
      scoreMin: pipelineDefaults.score_min,
    });

    expect(compared.ours).toBeGreaterThan(20);
    expect(compared).toMatchObject({ equal: compared.ours, naive: compared.ours });
  },
);
