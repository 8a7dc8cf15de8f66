import { expect, test } from "vitest";
import { since, workerTimes } from "./processor-times.ts";

test("a place's time goes to what it was at, also when it is asked in the middle", async () => {
  let now = 0;
  await using times = workerTimes(() => now);

  times.is("first", "starts");
  now = 2000;
  times.is("first", "works");
  times.is("second", "starts");
  now = 5000;
  times.is("second", undefined);
  const inTheMiddle = times.places();
  now = 6000;

  expect([...inTheMiddle]).toEqual([
    ["starts", 5],
    ["works", 3],
  ]);
  expect(times.places().get("works")).toBe(4);
});

test.skipIf(process.platform !== "linux")(
  "what a worker took up to its first poll is told from the rest, and stays when it has ended",
  async () => {
    await using times = workerTimes(() => performance.now());

    times.read(process.pid, true);
    const starting = times.processor().get("workers, up to their first poll")!;
    const until = performance.now() + 100;
    while (performance.now() < until);
    times.read(process.pid, false);
    times.read(2 ** 30, false);

    const after = times.processor();
    expect(starting).toBeGreaterThan(0);
    expect(after.get("workers, up to their first poll")).toBe(starting);
    expect(after.get("workers, from then on")).toBeGreaterThan(0);
  },
);

test("only what was added counts", () => {
  const added = since(
    new Map([["a", 2]]),
    new Map([
      ["a", 5],
      ["b", 1],
    ]),
  );

  expect([...added]).toEqual([
    ["a", 3],
    ["b", 1],
  ]);
});
