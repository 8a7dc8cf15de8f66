import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { detectFrames } from "../../gpu-worker/detect-frames.ts";
import type { Detector } from "../../gpu-worker/detector/detector.ts";
import { frameMemories, type FrameMemory } from "../../gpu-worker/detector/fit/frame-memory.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { selectionOf } from "../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { everyFrame } from "./support/analysed.ts";
import { clip } from "./support/clips.ts";

const tools = await findTools({ environment: process.env });
const folder = clip(tools, "mp4", ..."-f lavfi -i testsrc2=d=4:s=64x64:r=5 -c:v mpeg4".split(" "));
const live = new AbortController().signal;
const video = await probe(tools.ffprobe, { folder, signal: live, advance: () => {} });
const manifest = builtInManifests[0]!;

/** Detects with a stand-in for the model, and notes when memory is given back. */
function detecting({ signal = live, broken = false } = {}) {
  const events: string[] = [];
  const memories = frameMemories();
  const given: FrameMemory[] = [];
  const detector: Detector = {
    manifest,
    provider: "cpu",
    threads: 1,
    batch: 1,
    async detect(frames) {
      await sleep(100);
      events.push("answered");
      if (broken) throw new Error("given up");
      return frames.map(() => new Float32Array());
    },
    broken,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const { frames } = detectFrames(
    {
      folder,
      settings: { ...everyFrame, overlap: manifest.post },
      model: manifest,
      floors: { scoreMin: new Float32Array(manifest.classes.length), scoreMinAny: 0 },
      video,
      selection: selectionOf(
        { mode: "every" },
        { clock: clockOf(video), pts: video.packets.pts, range: undefined },
      ),
    },
    {
      ffmpeg: tools.ffmpeg,
      detector,
      memories: {
        ...memories,
        giveBack(memory) {
          events.push("given back");
          given.push(memory);
        },
      },
      signal,
      advance: () => {},
    },
  );
  return { frames, events, given };
}

async function drained(frames: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of frames) count++;
  return count;
}

test("the frames' memory is given back after the last one", async () => {
  const { frames, events, given } = detecting();

  expect(await drained(frames)).toBe(20);

  expect(given).toHaveLength(1);
  expect(events.at(-1)).toBe("given back");
});

test("work that is stopped gives it back too, once no thread works on it any more", async () => {
  const stop = new AbortController();
  const { frames, events, given } = detecting({ signal: stop.signal });
  const iterator = frames[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.next();

  const answers = events.length;
  stop.abort(new Error("stopped"));
  await expect(
    (async () => {
      for (;;) if ((await iterator.next()).done) return;
    })(),
  ).rejects.toThrow("stopped");

  expect(given).toHaveLength(1);
  expect(events.length).toBeGreaterThan(answers + 1);
  expect(events.at(-1)).toBe("given back");
});

test("what a thread that was given up may still write into is not given back", async () => {
  const { frames, given } = detecting({ broken: true });

  await expect(drained(frames)).rejects.toThrow("given up");

  expect(given).toEqual([]);
});
