import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sessionEnd } from "../../gpu-worker/session-end.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function session(options: { idleExitSeconds?: number; runtimeSecondsMax?: number }) {
  const stops: string[] = [];
  const end = sessionEnd({
    idleExitSeconds: options.idleExitSeconds,
    runtimeSecondsMax: options.runtimeSecondsMax,
    workSeconds: 180,
    releaseSeconds: 20,
    stop: (why) => stops.push(why),
  });
  return { end, stops, pass: (seconds: number) => vi.advanceTimersByTime(seconds * 1000) };
}

test("a worker without work ends after the time that it was given, and not while it works", () => {
  const { end, stops, pass } = session({ idleExitSeconds: 60 });

  pass(59);
  end.begins();
  pass(600);
  expect(stops).toEqual([]);
  end.ends();
  pass(59);
  expect(stops).toEqual([]);
  pass(1);

  expect(stops).toEqual(["idle"]);
});

test("an idle worker ends when too little is left for a piece of work", () => {
  const { stops, pass } = session({ runtimeSecondsMax: 1000 });

  pass(1000 - 20 - 180 - 1);
  expect(stops).toEqual([]);
  pass(1);

  expect(stops).toEqual(["max_runtime"]);
});

test("what is going on then may end, and nothing is begun after it", () => {
  const { end, stops, pass } = session({ runtimeSecondsMax: 1000 });

  end.begins();
  pass(900);
  expect(stops).toEqual([]);
  end.ends();

  expect(stops).toEqual(["max_runtime"]);
});

test("what does not end is handed back before the time is over", () => {
  const { end, stops, pass } = session({ runtimeSecondsMax: 1000 });

  end.begins();
  pass(979);
  expect(stops).toEqual([]);
  pass(1);

  expect(stops).toEqual(["max_runtime"]);
});

test("without bounds it never ends by itself", () => {
  const { stops, pass } = session({});

  pass(10_000_000);

  expect(stops).toEqual([]);
});
