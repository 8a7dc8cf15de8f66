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

test("work that goes on side by side counts while at least one piece of it is under way, also one that fails", async () => {
  let now = 1000;
  const times = stageTimes(() => now);
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];

  const both = [
    times.during("infer", () => first.promise),
    times.during("infer", () => second.promise),
  ];
  now += 400;
  first.resolve("done");
  expect(await both[0]).toBe("done");
  now += 100;
  second.reject(new Error("no"));
  await expect(both[1]).rejects.toThrow("no");
  now += 1000;
  await times.during("infer", async () => void (now += 5));

  expect(times.seconds()).toEqual({ infer_seconds: 0.505 });
});
