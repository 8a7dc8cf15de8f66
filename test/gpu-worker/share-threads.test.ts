import { expect, test } from "vitest";
import {
  divisionsOf,
  fastestDivision,
  oneThreadEach,
  onGpu,
} from "../../gpu-worker/detector/share-threads.ts";

test("every division uses the cores that there are, and no more", () => {
  expect(divisionsOf(1)).toEqual([oneThreadEach(1)]);
  expect(divisionsOf(2)).toEqual([oneThreadEach(2), { sessions: 1, threadsPerRun: 2 }]);
  expect(divisionsOf(8)).toEqual([
    oneThreadEach(8),
    { sessions: 4, threadsPerRun: 2 },
    { sessions: 1, threadsPerRun: 8 },
  ]);
});

test.each([
  ["the fastest is taken", [50, 80, 50, 80, 60], 2],
  ["a lead that may be chance does not count", [50, 54, 53], 1],
  ["of two that lead, the faster", [50, 80, 50, 80, 120, 80, 120], 8],
  ["a first one that something else slowed is not passed over", [50, 80, 100, 85, 90], 1],
  ["nor a later one, the second time", [50, 80, 55, 40, 60], 2],
] as const)("%s", async (_, rates, threadsPerRun) => {
  const asked = [...rates];

  const best = await fastestDivision(divisionsOf(8), async () => asked.shift()!);

  expect(best.threadsPerRun).toBe(threadsPerRun);
  expect(asked).toEqual([]);
});

test("where there is no choice nothing is measured", async () => {
  const best = await fastestDivision(divisionsOf(1), async () => {
    throw new Error("measured");
  });

  expect(best).toEqual(oneThreadEach(1));
});

test("a GPU is fed by two runs at least and by four at most", () => {
  expect([1, 4, 8, 16].map((cores) => onGpu(cores).sessions)).toEqual([2, 2, 4, 4]);
  expect(onGpu(16).threadsPerRun).toBe(1);
});
