import { expect, test } from "vitest";
import { clockThroughSleep } from "../../gpu-worker/clock-through-sleep.ts";

function aMachine() {
  const time = { running: 5000, sinceBoot: 100 };
  const clock = clockThroughSleep({
    running: () => time.running,
    sinceBoot: () => Math.floor(time.sinceBoot * 10) / 10,
  });
  return {
    clock,
    wake: (milliseconds: number) => {
      time.running += milliseconds;
      time.sinceBoot += milliseconds / 1000;
    },
    sleep: (seconds: number) => {
      time.sinceBoot += seconds;
    },
  };
}

test("awake it is the fine clock, whatever the coarse one's grain", () => {
  const { clock, wake } = aMachine();
  for (let step = 1; step <= 1000; step++) {
    wake(0.75);
    expect(clock()).toBeCloseTo(5000 + step * 0.75);
  }
});

test("what the machine slept has passed, each time", () => {
  const { clock, wake, sleep } = aMachine();
  sleep(70);
  expect(clock()).toBeCloseTo(75_000, -3);
  wake(10);
  sleep(3600);
  expect(clock()).toBeCloseTo(75_000 + 3_600_010, -3);
});

test("it never goes back", () => {
  const { clock, wake, sleep } = aMachine();
  let last = clock();
  for (let step = 0; step < 200; step++) {
    wake(step % 7);
    if (step % 20 === 0) sleep(step / 10);
    const now = clock();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
