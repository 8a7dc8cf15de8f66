import { expect, test } from "vitest";
import type { Detector } from "../../../../gpu-worker/detector/detector.ts";
import { noFloors } from "../../../../gpu-worker/detector/decoders/decoder.ts";
import { placementOf } from "../../../../gpu-worker/detector/letterbox.ts";
import type { Frame } from "../../../../gpu-worker/pipeline/decode/decode.ts";
import { detect } from "../../../../gpu-worker/pipeline/detect/detect.ts";
import { builtInManifests } from "../../../../models/catalog.ts";

const manifest = builtInManifests[0]!;
const source = { width: 64, height: 64 };

/** Detects frames with a detector of two threads that answers when it is told to. */
function detecting() {
  const asked: PromiseWithResolvers<readonly Float32Array[]>[] = [];
  const detector: Pick<Detector, "detect" | "threads" | "batch" | "manifest"> = {
    threads: 2,
    batch: 1,
    manifest,
    async detect() {
      const answer = Promise.withResolvers<readonly Float32Array[]>();
      asked.push(answer);
      return answer.promise;
    },
  };
  async function* frames(): AsyncGenerator<Frame> {
    for (let frameIndex = 0; frameIndex < 20; frameIndex++) {
      const slot = { source: new Uint8Array(), frame: { pixels: new Uint8Array() } };
      yield { frameIndex, pts: frameIndex, t: frameIndex, slot, release() {} } as unknown as Frame;
    }
  }
  const detected = detect(frames(), {
    detector,
    floors: noFloors(manifest.classes.length),
    placement: placementOf(source, manifest.input),
    source,
  });
  return { asked, detected };
}

test("the first batch has the cores to itself, then there are three for each thread", async () => {
  const { asked, detected } = detecting();

  const first = detected.next();
  await expect.poll(() => asked.length).toBe(1);
  await quietly();
  expect(asked.length).toBe(1);
  asked[0]!.resolve([new Float32Array()]);
  expect((await first).value).toMatchObject({ frame_index: 0 });

  const second = detected.next();
  await expect.poll(() => asked.length).toBe(1 + 6);
  await quietly();
  expect(asked.length).toBe(1 + 6);
  asked[1]!.resolve([new Float32Array()]);
  expect((await second).value).toMatchObject({ frame_index: 1 });
});

test("a box is cut off at the picture's edge, and one beyond it is none", async () => {
  const { asked, detected } = detecting();
  const { left, top, scaleX, scaleY } = placementOf(source, manifest.input);
  const atSource = (x: number, y: number) => [left + x * scaleX, top + y * scaleY];
  const within = [...atSource(16, 16), ...atSource(80, 32), 0.75, 0];
  const beyond = [...atSource(65, 0), ...atSource(80, 32), 0.5, 0];

  const first = detected.next();
  await expect.poll(() => asked.length).toBe(1);
  asked[0]!.resolve([Float32Array.from([...within, ...beyond])]);

  expect((await first).value?.detections).toEqual([
    expect.objectContaining({ score: 0.75, box: [16, 16, 64, 32] }),
  ]);
});

/** As long as it takes to ask for more, were that meant. */
async function quietly(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
}
