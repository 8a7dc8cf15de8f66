import { expect, test } from "vitest";
import { limits } from "../../../../contracts/limits.ts";
import { framesInFlight } from "../../../../gpu-worker/pipeline/detect/detect.ts";

const mebibyte = 1024 * 1024;

test("there are three batches for each thread, and one for the decoder", () => {
  expect(framesInFlight({ threads: 2, batch: 1 }, mebibyte)).toBe(7);
  expect(framesInFlight({ threads: 4, batch: 8 }, mebibyte)).toBe(104);
});

test("of huge frames there are as many as memory is meant for", () => {
  const frameBytes = 100 * mebibyte;

  const frames = framesInFlight({ threads: 2, batch: 1 }, frameBytes);

  expect(frames).toBeGreaterThan(1);
  expect(frames * frameBytes).toBeLessThanOrEqual(limits.framesBytesMax);
});

test("a batch is always whole", () => {
  expect(framesInFlight({ threads: 2, batch: 8 }, 100 * mebibyte)).toBe(8);
});
