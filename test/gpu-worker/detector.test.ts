import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { PermanentError, RetryableError } from "../../contracts/errors.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { detectorCache } from "../../gpu-worker/detector-cache.ts";
import { openDetector, type Detector } from "../../gpu-worker/detector/detector.ts";
import { profiledNodes, profileIn } from "../../gpu-worker/detector/profiled-nodes.ts";
import { DeviceLost } from "../../gpu-worker/device-lost.ts";
import { oneThreadEach } from "../../gpu-worker/detector/share-threads.ts";
import { startThread } from "../../gpu-worker/detector/thread.ts";
import { workingProviders } from "../../gpu-worker/working-providers.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { newGraph } from "../support/onnx/graph.ts";
import { temporaryFolder } from "./support/clips.ts";
import { keptLog } from "./support/quiet-log.ts";

const manifest = builtInManifests.find(({ name }) => name === "pitch")!;
const modelPath = join(import.meta.dirname, "..", "..", "models", "pitch", manifest.file.path!);
const setup = { manifest, modelPath, provider: "cpu" } as const;
const floors = { scoreMin: new Float32Array(2).fill(0.5), scoreMinAny: 0.5 };
const frameOf = (...bytes: number[]) => {
  const pixels = new Uint8Array(new SharedArrayBuffer(bytes.length));
  pixels.set(bytes);
  return { pixels };
};
const request = { frames: [frameOf()], floors };

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A thread of the test's own making, in place of the detector's. */
async function threadThat(onMessage: string) {
  const path = join(temporaryFolder(), "thread.mjs");
  writeFileSync(
    path,
    `import { parentPort } from "node:worker_threads";
     parentPort.on("message", (request) => {
       if (request === "close") return parentPort.close();
       ${onMessage}
     });
     parentPort.postMessage({ is: "ready" });`,
  );
  const thread = await startThread({ ...setup, batch: 1, threadsPerRun: 1 }, pathToFileURL(path));
  open.push(thread);
  return thread;
}

test("answers stay with their frames, also when threads finish out of turn", async () => {
  const delays = [30, 5, 20, 1];
  const detector = await openDetector(setup, oneThreadEach(2), async () => ({
    detect: async ({ frames: [frame] }) => {
      await new Promise((resolve) => setTimeout(resolve, delays[frame!.pixels[0]!]));
      return [Float32Array.of(frame!.pixels[0]!)];
    },
    broken: undefined,
    close: async () => {},
  }));

  const answers = await Promise.all(
    delays.map((_, frame) => detector.detect([frameOf(frame)], floors)),
  );

  expect(answers.map(([raw]) => raw![0])).toEqual([0, 1, 2, 3]);
});

test("each thread has two batches in line, the next goes where one is done, and later ones come in turn", async () => {
  const given: { thread: number; frame: number; done: () => void }[] = [];
  let started = 0;
  const detector = await openDetector(setup, oneThreadEach(2), async () => {
    const thread = started++;
    return {
      detect: ({ frames: [frame] }) =>
        new Promise((resolve) =>
          given.push({ thread, frame: frame!.pixels[0]!, done: () => resolve([]) }),
        ),
      broken: undefined,
      close: async () => {},
    };
  });
  const frames = [0, 1, 2, 3, 4, 5];

  const answers = frames.map((frame) => detector.detect([frameOf(frame)], floors));
  await expect.poll(() => given).toHaveLength(4);
  const first = given.map(({ thread }) => thread);
  given[1]!.done();
  await expect.poll(() => given).toHaveLength(5);
  for (const { done } of given) done();
  await expect.poll(() => given).toHaveLength(6);
  given[5]!.done();
  await Promise.all(answers);

  expect(first).toEqual([0, 1, 0, 1]);
  expect(given[4]!.thread).toBe(1);
  expect(given.map(({ frame }) => frame)).toEqual(frames);
});

test("a thread that is asked ahead answers in turn, and what fails is that batch alone", async () => {
  const thread = await threadThat(`
    const [frame] = request.frames;
    const raw = [Float32Array.of(frame)];
    parentPort.postMessage(
      frame === 1 ? { is: "failed", code: "MODEL_FAILED", message: "m" } : { is: "detected", raw },
    );`);

  const answers = await Promise.allSettled(
    [frameOf(0), frameOf(1), frameOf(2)].map((frame) => thread.detect({ frames: [frame], floors })),
  );

  expect(answers).toMatchObject([
    { value: [Float32Array.of(0)] },
    { reason: { name: "PermanentError" } },
    { value: [Float32Array.of(2)] },
  ]);
});

test("a thread that hangs with the second of two fails that one, and is not used further", async () => {
  const thread = await threadThat(`
    if (request.frames[0] === 0) parentPort.postMessage({ is: "detected", raw: [] });`);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

  const first = thread.detect({ frames: [frameOf(0)], floors });
  const second = thread.detect({ frames: [frameOf(1)], floors });
  await expect(first).resolves.toEqual([]);
  vi.advanceTimersByTime(11_000);
  vi.useRealTimers();

  await expect(second).rejects.toMatchObject({ code: "WORKER_FAILED" });
  expect(thread.broken).toBeInstanceOf(RetryableError);
});

test("a thread that crashes is a reason to try again, and is not used further", async () => {
  const thread = await threadThat("process.exit(1)");

  await expect(thread.detect(request)).rejects.toBeInstanceOf(RetryableError);
  expect(thread.broken).toBeInstanceOf(RetryableError);
});

test("a thread that hangs is noticed", async () => {
  const thread = await threadThat(
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)",
  );
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

  const answer = thread.detect(request);
  vi.advanceTimersByTime(11_000);
  vi.useRealTimers();

  await expect(answer).rejects.toMatchObject({ name: "RetryableError", code: "WORKER_FAILED" });
});

test("trouble of the graphics card is tried again, trouble of the model is not", async () => {
  const failing = (code: string) =>
    threadThat(`parentPort.postMessage({ is: "failed", code: "${code}", message: "m" })`);

  await expect((await failing("MODEL_FAILED")).detect(request)).rejects.toMatchObject({
    name: "PermanentError",
  });
  await expect((await failing("WORKER_FAILED")).detect(request)).rejects.toMatchObject({
    name: "RetryableError",
  });
});

test("a model whose output is not what its manifest says fails with both shapes named", async () => {
  const wrong = { ...manifest, classes: ["one", "two", "three"] };

  await expect(openDetector({ ...setup, manifest: wrong }, oneThreadEach(1))).rejects.toMatchObject(
    {
      code: "MODEL_FAILED",
      message: expect.stringMatching(/1×6×\d+.*B×7×A/),
    },
  );
});

test("a graph whose answer is of one picture fails as it is loaded, where it is to take several", async () => {
  const graph = newGraph();
  const { width, height } = manifest.input;
  graph.input(manifest.input.name, "uint8", [2, 3, height, width]);
  graph.output("rows", graph.floats(Array(12).fill(0), [2, 6]), "float32", [2, 6]);
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, graph.encode({}, "test"));
  const ofOne = {
    ...manifest,
    input: { ...manifest.input, layout: "NCHW", dtype: "uint8", batch: 2 },
    output: {
      decoder: "rows",
      tensors: { rows: "rows" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
      units: "pixels",
      class_offset: 0,
    },
  } as const satisfies ModelManifest;

  const opening = openDetector({ ...setup, manifest: ofOne, modelPath: path }, oneThreadEach(1));

  await expect(opening).rejects.toThrow(/2×6, without a batch/);
});

describe("on a GPU a model that takes any number of pictures", () => {
  const any = { ...manifest, input: { ...manifest.input, batch: "dynamic" as const } };
  const onGpu = { ...setup, manifest: any, provider: "cuda" } as const;
  const failing = (error: Error) => {
    const batches: number[] = [];
    const start = async ({ batch }: { readonly batch: number }) => {
      batches.push(batch);
      if (batch > 1) throw error;
      return { detect: async () => [], broken: undefined, close: async () => {} };
    };
    return { batches, opening: openDetector(onGpu, oneThreadEach(1), start) };
  };

  test("is given one at a time where it fails with several", async () => {
    const { opening } = failing(new PermanentError("MODEL_FAILED", "invalid dimensions"));

    expect((await opening).batch).toBe(1);
  });

  test("is not tried anew where the card fails", async () => {
    const { opening, batches } = failing(new RetryableError("WORKER_FAILED", "out of memory"));

    await expect(opening).rejects.toThrow("out of memory");
    expect(batches).toHaveLength(1);
  });
});

test("a file that is gone, as from a cache that was cleared, is no verdict on the model", async () => {
  const gone = { ...setup, modelPath: join(temporaryFolder(), "gone.onnx") };

  await expect(openDetector(gone, oneThreadEach(1))).rejects.toMatchObject({
    name: "RetryableError",
    code: "WORKER_FAILED",
    message: expect.stringContaining("ENOENT"),
  });
});

test("a file that is no model fails with onnxruntime's words", async () => {
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, "not a model");

  await expect(openDetector({ ...setup, modelPath: path }, oneThreadEach(1))).rejects.toMatchObject(
    {
      code: "MODEL_FAILED",
    },
  );
});

test("one model stays loaded between jobs; another, or a broken one, is loaded anew", async () => {
  const opened: string[] = [];
  const made: { broken: boolean }[] = [];
  const cache = detectorCache(async (asked) => {
    opened.push(asked.name);
    const detector = { manifest: asked, broken: false, close: async () => {} };
    made.push(detector);
    return detector as unknown as Detector;
  });
  const [pitch, coco] = builtInManifests as [typeof manifest, typeof manifest];
  const warm: unknown[] = [cache.warm(pitch)];

  const first = await cache.load(pitch, "a");
  warm.push(cache.warm(structuredClone(pitch)), cache.warm(coco));
  const second = await cache.load(coco, "b");
  warm.push(cache.warm(pitch), cache.warm(coco));
  made.at(-1)!.broken = true;
  warm.push(cache.warm(coco));

  expect(opened).toEqual([pitch.name, coco.name]);
  expect(warm).toEqual([undefined, first, undefined, undefined, second, undefined]);
});

test("a provider counts as working only when it has run", async () => {
  const { working, refused } = await workingProviders({
    supported: ["cpu", "cuda", "webgpu"],
    tryOut: async (provider) => {
      if (provider === "cuda") throw new Error("no library");
      return { all: 10, onProvider: 9 };
    },
    log: keptLog().log,
  });

  expect(working).toEqual([{ provider: "cpu", nodeShare: 0.9 }]);
  expect(refused).toEqual({ cuda: "no library" });
});

test("a graph that fell back to the CPU is not a GPU, even though it ran", async () => {
  const { working, refused } = await workingProviders({
    supported: ["cpu", "cuda"],
    tryOut: async (provider) => ({ all: 200, onProvider: provider === "cuda" ? 3 : 200 }),
    log: keptLog().log,
  });

  expect(working.map(({ provider }) => provider)).toEqual(["cpu"]);
  expect(refused.cuda).toBe("the profile shows CPU: 3 of 200 nodes ran there.");
});

test("a run's profile says where its nodes ran", async () => {
  const folder = temporaryFolder();
  const detector = await openDetector(
    { ...setup, profilePrefix: join(folder, "probe") },
    oneThreadEach(1),
  );
  await detector.close();

  const onCpu = await profileIn(folder, "cpu");
  expect(onCpu.all).toBeGreaterThan(50);
  expect(onCpu.onProvider).toBe(onCpu.all);
  expect((await profileIn(folder, "cuda")).onProvider).toBe(0);
});

test("nodes are counted by the provider that the profile names", () => {
  const kernel = (provider?: string) => ({
    cat: "Node",
    name: "n_kernel_time",
    args: { provider },
  });
  const profile = JSON.stringify([
    { cat: "Session", name: "model_run", args: {} },
    kernel("CUDAExecutionProvider"),
    kernel("CUDAExecutionProvider"),
    kernel("CPUExecutionProvider"),
    { ...kernel("CUDAExecutionProvider"), name: "n_fence_before" },
  ]);

  expect(profiledNodes(profile, "cuda")).toEqual({ all: 3, onProvider: 2 });
});

test("a lost GPU breaks its thread with words that say so", async () => {
  const thread = await threadThat(
    `parentPort.postMessage({ is: "lost", message: "CUDA failure 700: an illegal memory access" });`,
  );

  await expect(thread.detect(request)).rejects.toBeInstanceOf(DeviceLost);
  expect(thread.broken).toBeInstanceOf(DeviceLost);
});
