import { expect, test } from "vitest";
import { clockThroughSleep } from "../../gpu-worker/clock-through-sleep.ts";

function aMachine() {
  const time = { running: 5000, sinceBoot: 100, ofDay: 1_700_000_000_000 };
  let looks = 0;
  const clock = clockThroughSleep({
    running: () => time.running,
    sinceBoot() {
      looks++;
      return Math.floor(time.sinceBoot * 10) / 10;
    },
    timeOfDay: () => time.ofDay,
  });
  return {
    clock,
    looks: () => looks,
    setTimeOfDay: (milliseconds: number) => {
      time.ofDay += milliseconds;
    },
    wake: (milliseconds: number) => {
      time.running += milliseconds;
      time.sinceBoot += milliseconds / 1000;
      time.ofDay += milliseconds;
    },
    sleep: (seconds: number) => {
      time.sinceBoot += seconds;
      time.ofDay += seconds * 1000;
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

test("awake, the clock that counts sleep is looked at once a second", () => {
  const { clock, wake, looks } = aMachine();
  const before = looks();
  for (let step = 0; step < 10_000; step++) {
    wake(1);
    clock();
  }
  expect(looks() - before).toBe(10);
});

test("somebody who sets the time of day moves nothing, and hides a sleep for a second at most", () => {
  const { clock, wake, sleep, setTimeOfDay } = aMachine();
  setTimeOfDay(3_600_000);
  expect(clock()).toBe(5000);
  sleep(70);
  setTimeOfDay(-70_000);
  wake(1000);
  expect(clock()).toBeCloseTo(76_000, -3);
});
