import { expect, test } from "vitest";
import { batchesOf } from "../../gpu-worker/pipeline/detect/batches.ts";

async function* upTo(count: number) {
  for (let item = 0; item < count; item++) yield item;
}

test.each([
  [0, 3, []],
  [2, 3, [[0, 1]]],
  [
    6,
    3,
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
  [4, 3, [[0, 1, 2], [3]]],
  [2, 1, [[0], [1]]],
])("%i items by %i", async (count, size, batches) => {
  const seen: number[][] = [];
  for await (const batch of batchesOf(upTo(count), size)) seen.push(batch);

  expect(seen).toEqual(batches);
});
