import { describe, expect, test } from "vitest";
import type { ModelManifest } from "../../contracts/model.ts";
import type { JobOptions } from "../../contracts/pipeline.ts";
import { floorsOf, resolvePipeline } from "../../gpu-worker/resolve-pipeline.ts";
import { builtInManifests, builtInPipelines } from "../../models/catalog.ts";
import { memoryMediaBucket } from "../support/memory-media-bucket.ts";

const pitch = builtInManifests.find(({ name }) => name === "pitch")!;

/** What a job with these options is run with, its model having this post-processing. */
async function resolved(options: JobOptions, post: Partial<ModelManifest["post"]> = {}) {
  const manifests = [{ ...pitch, post: { ...pitch.post, ...post } }];
  const catalog = { pipelines: builtInPipelines, manifests };
  const bucket = memoryMediaBucket();
  const { settings, model } = await resolvePipeline(
    { pipelineId: "pitch", options },
    { catalog, bucket },
  );
  return { settings, floors: floorsOf(model, settings) };
}

describe("floors", () => {
  test("are the pipeline's, one for each class, low enough to filter afterwards", async () => {
    const { floors } = await resolved({});

    expect([...floors.scoreMin]).toEqual([0.05, 0.05].map((value) => Math.fround(value)));
    expect(floors.scoreMinAny).toBe(Math.fround(0.05));
  });

  test("of single classes go before the floor of all, those of the job before the model's", async () => {
    const { floors } = await resolved(
      { score_min: 0.5, score_min_by_class: { ball: 0.25 } },
      { score_min_by_class: { ball: 0.125, player: 0.75 } },
    );

    expect([...floors.scoreMin]).toEqual([0.75, 0.25]);
    expect(floors.scoreMinAny).toBe(0.25);
  });

  test("are infinite for classes that the job does not ask for, whatever their own", async () => {
    const { floors } = await resolved({
      score_min: 0.5,
      classes: ["player"],
      score_min_by_class: { ball: 0.25 },
    });

    expect([...floors.scoreMin]).toEqual([0.5, Infinity]);
  });

  test.each([{ classes: ["dragon"] }, { score_min_by_class: { dragon: 0.5 } }])(
    "of a class that the model does not have are refused: %o",
    async (options) => {
      await expect(resolved(options)).rejects.toMatchObject({ code: "CLASS_UNKNOWN" });
    },
  );
});

describe("overlaps", () => {
  const rule = { nms: "per-class", iou: 0.5, max_detections: 100 } as const;

  test("are treated as the manifest says", async () => {
    const { settings, floors } = await resolved({}, rule);

    expect(settings.overlap).toEqual(rule);
    expect(floors.overlap).toEqual(rule);
  });

  test("are treated as the job says, each option for itself", async () => {
    const { floors } = await resolved({ nms: "agnostic", max_detections: 5 }, rule);
    const { floors: looser } = await resolved({ iou: 0 }, rule);

    expect(floors.overlap).toEqual({ nms: "agnostic", iou: 0.5, max_detections: 5 });
    expect(looser.overlap).toEqual({ ...rule, iou: 0 });
  });
});
