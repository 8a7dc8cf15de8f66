import { describe, expect, test } from "vitest";
import {
  frameAt,
  frameClock,
  isShown,
  seekTime,
  upperBound,
} from "../../web/player/frame-clock.ts";

const steady = (frames: number, rate: number) =>
  Float64Array.from({ length: frames }, (_, i) => i / rate);

describe("the frame on the screen", () => {
  test("is the one whose time it is, whatever way the time was rounded", () => {
    const clock = frameClock(steady(100, 30), 30);

    for (let i = 0; i < 100; i++) {
      expect(frameAt(clock, clock.t[i]!)).toBe(i);
      expect(frameAt(clock, clock.t[i]! - 0.001)).toBe(i);
      expect(frameAt(clock, clock.t[i]! + 0.001)).toBe(i);
    }
  });

  test("is not taken for a neighbour that is closer than usual", () => {
    // Mostly 33 ms apart, but the third follows after 5 ms: half of the usual distance would skip it.
    const clock = frameClock(Float64Array.of(0, 0.033, 0.038, 0.071, 0.104), null);

    expect([0, 0.033, 0.038, 0.071, 0.104].map((t) => frameAt(clock, t))).toEqual([0, 1, 2, 3, 4]);
  });

  test("stays for as long as it is shown, and no longer than one and a half steps", () => {
    const everyFifth = frameClock(steady(10, 5), 25);

    expect(frameAt(everyFifth, 0.2 + 0.12)).toBe(1);
    expect(frameAt(everyFifth, 9 / 5 + 0.29)).toBe(9);
    expect(frameAt(everyFifth, 9 / 5 + 0.31)).toBe(-1);
  });

  test("is not drawn early where frames between were left out", () => {
    const everyFifth = frameClock(steady(10, 5), 25);

    expect(frameAt(everyFifth, 0.4 - 0.04)).toBe(1);
  });

  test("is none before the first and none in a gap", () => {
    const gap = frameClock(Float64Array.of(5, 5.04, 5.08, 9, 9.04), 25);

    expect(frameAt(gap, 4.9)).toBe(-1);
    expect(frameAt(gap, 7)).toBe(-1);
    expect(frameAt(frameClock(new Float64Array(0), 25), 0)).toBe(-1);
  });

  test("is none whose time does not rise: no player shows it, where recordings were joined", () => {
    const t = Float64Array.of(0, 0.04, 0.08, 0.12, 0, 0.04, 0.08, 0.12, 0.16, 0.16, 0.2);
    const clock = frameClock(t, 25);

    const seen = [0, 0.04, 0.08, 0.12, 0.16, 0.2].map((seconds) => frameAt(clock, seconds));

    expect(seen).toEqual([0, 1, 2, 3, 8, 10]);
    expect([...t.keys()].filter((position) => isShown(clock, position))).toEqual(seen);
    const { t: times, positions } = clock.shown;
    const sought = seen.map((position) => upperBound(times, seekTime(clock, position)) - 1);
    expect(sought.map((at) => positions[at])).toEqual(seen);
  });

  test("is found again where a seek leads", () => {
    const t = Float64Array.of(0, 0.033, 0.038, 0.071, 3, 3.033);
    const clock = frameClock(t, null);

    for (let i = 0; i < t.length; i++) {
      const seconds = seekTime(clock, i);
      // A player shows the last frame that began before.
      expect(upperBound(t, seconds) - 1).toBe(i);
    }
  });
});
