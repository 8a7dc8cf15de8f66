import { describe, expect, test } from "vitest";
import { keys } from "../../../contracts/keys.ts";
import { limits } from "../../../contracts/limits.ts";
import { ModelManifest } from "../../../contracts/model.ts";
import { builtInManifests, builtInPipelines } from "../../../models/catalog.ts";
import { resolvePipeline } from "../../../gpu-worker/resolve-pipeline.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const sha256 = "ab".repeat(32);
const coco = builtInManifests.find(({ name }) => name === "coco")!;
const manifest = ModelManifest.parse({
  ...coco,
  name: "birds",
  file: { sha256, size_bytes: 12 },
  classes: ["heron", "stork"],
});

describe("adding a model", () => {
  test("makes a pipeline of its name that can be submitted to, and listed", async () => {
    const call = callApi(memorySystem());

    const added = await call("addModel", { body: { manifest } });

    expect(added).toMatchObject({ status: 201, body: { name: "birds", pipeline_id: "birds" } });
    const listed = (await call("listPipelines")).body.pipelines as { pipeline_id: string }[];
    expect(listed.map(({ pipeline_id }) => pipeline_id)).toEqual(["pitch", "coco", "birds"]);
    expect(listed[2]).toMatchObject({
      built_in: false,
      model: { sha256, classes: ["heron", "stork"] },
    });
    const video = { filename: "a.mp4", size_bytes: 1, pipeline_id: "birds" };
    expect((await call("submitVideo", { body: video })).status).toBe(201);
    const unknown = { ...video, options: { classes: ["person"] } };
    expect((await call("submitVideo", { body: unknown })).body.code).toBe("CLASS_UNKNOWN");
  });

  test("refuses floors for classes that the model does not have", async () => {
    const post = { ...manifest.post, score_min_by_class: { heron: 0.1, dodo: 0.1 } };

    const answer = await callApi(memorySystem())("addModel", {
      body: { manifest: { ...manifest, post } },
    });

    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain("score_min_by_class");
  });

  test("asks for the file with its exact size and digest", async () => {
    const { body } = await callApi(memorySystem())("addModel", { body: { manifest } });

    const url = new URL(body.upload.url);
    expect(url.pathname).toBe(`/${keys.modelFile(sha256)}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ sizeBytes: "12", sha256 });
  });

  test("asks for no file that is there already", async () => {
    const system = memorySystem();
    system.bucket.store(keys.modelFile(sha256), Buffer.from("onnx"));

    const { body } = await callApi(system)("addModel", { body: { manifest } });

    expect(body.upload).toBeNull();
  });

  test("is the same for whoever adds it twice", async () => {
    const system = memorySystem();
    await callApi(system)("addModel", { body: { manifest } });
    const objects = [...system.bucket.objects.keys()];

    const again = await callApi(system)("addModel", { body: { manifest } });

    expect(again).toMatchObject({ status: 201, body: { pipeline_id: "birds" } });
    expect(again.body.replaced).toBeUndefined();
    expect([...system.bucket.objects.keys()]).toEqual(objects);
  });

  test("leaves a pipeline that reads the same file in another way as it is", async () => {
    const system = memorySystem();
    const call = callApi(system);
    await call("addModel", { body: { manifest } });
    const others = { ...manifest, name: "beaks", classes: ["beak", "no beak"] };

    expect((await call("addModel", { body: { manifest: others } })).status).toBe(201);

    const catalog = { pipelines: builtInPipelines, manifests: builtInManifests };
    const modelOf = async (pipelineId: string) =>
      (await resolvePipeline({ pipelineId, options: {} }, { catalog, ...system })).model;
    expect((await modelOf("birds")).classes).toEqual(["heron", "stork"]);
    expect((await modelOf("beaks")).classes).toEqual(["beak", "no beak"]);
  });

  test("a pipeline of before, when a file had one manifest, works on and may be added again", async () => {
    const system = memorySystem();
    const call = callApi(system);
    await call("addModel", { body: { manifest } });
    const key = keys.pipeline("birds");
    const { model, ...rest } = JSON.parse(
      Buffer.from(system.bucket.objects.get(key)!.body).toString(),
    );
    const { manifest_sha256: own, ...ofBefore } = model;
    system.bucket.store(key, Buffer.from(JSON.stringify({ ...rest, model: ofBefore })));
    system.bucket.store(`models/${sha256}/manifest.json`, Buffer.from(JSON.stringify(manifest)));
    await system.bucket.remove(keys.modelManifest({ sha256, manifest_sha256: own }));

    const again = await call("addModel", { body: { manifest } });
    const { model: resolved } = await resolvePipeline(
      { pipelineId: "birds", options: {} },
      { catalog: { pipelines: builtInPipelines, manifests: builtInManifests }, ...system },
    );

    expect(again.status).toBe(201);
    expect(resolved.classes).toEqual(["heron", "stork"]);
  });

  test.each([
    ["another file", { file: { sha256: "cd".repeat(32), size_bytes: 12 } }, "another file"],
    ["another reading", { classes: ["heron", "crane"] }, "the same file by another manifest"],
  ])("takes no name from %s, unless it says so", async (_, differences, detail) => {
    const call = callApi(memorySystem());
    await call("addModel", { body: { manifest } });
    const other = { ...manifest, ...differences };

    const refused = await call("addModel", { body: { manifest: other } });
    const kept = (await call("listPipelines")).body.pipelines[2].model;
    const replaced = await call("addModel", { body: { manifest: other, replace: true } });

    expect(refused).toMatchObject({ status: 409, body: { code: "MODEL_NAME_TAKEN" } });
    expect(refused.body.detail).toContain(detail);
    expect(kept).toMatchObject({ sha256, classes: ["heron", "stork"] });
    expect(replaced).toMatchObject({ status: 201, body: { replaced: { sha256 } } });
    expect((await call("listPipelines")).body.pipelines[2].model).toMatchObject({
      sha256: other.file.sha256,
      classes: other.classes,
    });
  });

  test("whose file is a built-in one's only takes the file", async () => {
    const system = memorySystem();

    const { body } = await callApi(system)("addModel", { body: { manifest: coco } });

    expect(body).toMatchObject({ pipeline_id: "coco", upload: { method: "PUT" } });
    expect(system.bucket.objects.size).toBe(0);
  });

  test.each([
    [{ name: "pitch" }, "MODEL_INVALID", "built-in"],
    [{ file: { sha256, size_bytes: limits.modelBytesMax + 1 } }, "MODEL_INVALID", "size_bytes"],
    [{ output: { decoder: "guess", tensors: {} } }, "INVALID_REQUEST", "manifest.output.decoder"],
    [{ classes: [] }, "INVALID_REQUEST", "manifest.classes"],
  ])("is refused with %o", async (differences, code, detail) => {
    const system = memorySystem();

    const answer = await callApi(system)("addModel", {
      body: { manifest: { ...manifest, ...differences } },
    });

    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(answer.body.detail).toContain(detail);
    expect(system.bucket.objects.size).toBe(0);
  });
});

describe("removing a pipeline", () => {
  const added = async (...names: readonly string[]) => {
    const system = memorySystem();
    const call = callApi(system);
    for (const name of names) await call("addModel", { body: { manifest: { ...manifest, name } } });
    system.bucket.store(keys.modelFile(sha256), Buffer.from("onnx"));
    const left = () => [...system.bucket.objects.keys()];
    return { call, left, bucket: system.bucket };
  };

  test("takes it off the list, and its model's file and manifest out of the bucket", async () => {
    const { call, left } = await added("birds");

    expect((await call("removePipeline", { pipelineId: "birds" })).status).toBe(204);

    expect(left()).toEqual([]);
    const listed = (await call("listPipelines")).body.pipelines as { pipeline_id: string }[];
    expect(listed.map(({ pipeline_id }) => pipeline_id)).toEqual(["pitch", "coco"]);
    const again = await call("removePipeline", { pipelineId: "birds" });
    expect(again).toMatchObject({ status: 404, body: { code: "PIPELINE_NOT_FOUND" } });
    expect((await call("addModel", { body: { manifest } })).body.upload).not.toBeNull();
  });

  test("leaves a file that another pipeline runs, until that one is gone, too", async () => {
    const { call, left } = await added("birds", "storks");

    await call("removePipeline", { pipelineId: "birds" });
    expect(left()).toContain(keys.modelFile(sha256));
    expect(left()).not.toContain(keys.pipeline("birds"));

    await call("removePipeline", { pipelineId: "storks" });
    expect(left()).toEqual([]);
  });

  test.each(["pitch", "coco"])("does not touch %s, which is built in", async (pipelineId) => {
    const { call, left } = await added("birds");
    const before = left();

    const answer = await call("removePipeline", { pipelineId });

    expect(answer).toMatchObject({ status: 409, body: { code: "PIPELINE_BUILT_IN" } });
    expect(left()).toEqual(before);
  });

  test.each(["../models/x", "", "Birds", "a".repeat(64)])("knows no %j", async (pipelineId) => {
    const { call, left } = await added("birds");
    const before = left();

    expect((await call("removePipeline", { pipelineId })).body.code).toBe("PIPELINE_NOT_FOUND");
    expect(left()).toEqual(before);
  });

  test("a job that has not begun says what became of its pipeline", async () => {
    const { call, bucket } = await added("birds");
    await call("removePipeline", { pipelineId: "birds" });

    const resolved = resolvePipeline(
      { pipelineId: "birds", options: {} },
      { catalog: { pipelines: builtInPipelines, manifests: builtInManifests }, bucket },
    );

    await expect(resolved).rejects.toMatchObject({
      code: "PIPELINE_UNKNOWN",
      message: expect.stringContaining("Add its model again"),
    });
  });
});

test("every built-in pipeline has its manifest", () => {
  expect(builtInPipelines.map(({ pipeline_id }) => pipeline_id)).toEqual(["pitch", "coco"]);
  for (const { model } of builtInPipelines) {
    const known = builtInManifests.find(({ file }) => file.sha256 === model.sha256);
    expect(known?.classes).toEqual(model.classes);
  }
});
