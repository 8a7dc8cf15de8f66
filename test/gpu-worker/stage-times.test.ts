import { expect, test } from "vitest";
import { stageTimes } from "../../gpu-worker/stage-times.ts";

test("time is charged to the stage in which it passes, also when a stage is reported many times", () => {
  let now = 1000;
  const times = stageTimes(() => now);

  times.enter("fetch");
  now += 250;
  times.enter("detect");
  now += 1000;
  times.enter("detect");
  now += 500;
  times.enter("publish");
  now += 20;

  expect(times.seconds()).toEqual({
    fetch_seconds: 0.25,
    detect_seconds: 1.5,
    publish_seconds: 0.02,
  });
});
