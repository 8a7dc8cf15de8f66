import { expect, test } from "vitest";
import { noFloors } from "../../gpu-worker/detector/decoders/decoder.ts";
import { remembered, toldOnce } from "../../gpu-worker/detector/told-once.ts";

const memory = () => ({ pixels: new Uint8Array(new SharedArrayBuffer(1)) });

test("what the thread recalls is what was asked, whatever the order", () => {
  const [a, b, c] = [memory(), memory(), memory()];
  const [floors, others] = [noFloors(1), noFloors(2)];
  const [told, recall] = [toldOnce(), remembered()];

  for (const request of [
    { frames: [a], floors },
    { frames: [b, a], floors },
    { frames: [a, c], floors },
    { frames: [c], floors: others },
    { frames: [a, b], floors: others },
    { frames: [b], floors },
  ]) {
    const recalled = recall(told(request));

    expect(recalled.floors).toBe(request.floors);
    expect(recalled.frames.length).toBe(request.frames.length);
    for (const [at, frame] of request.frames.entries()) expect(recalled.frames[at]).toBe(frame);
  }
});

test("memory is sent once, and so are the floors", () => {
  const [a, b] = [memory(), memory()];
  const floors = noFloors(1);
  const told = toldOnce();

  expect(told({ frames: [a, b], floors })).toEqual({ frames: [0, 1], floors, added: [a, b] });
  expect(told({ frames: [b], floors })).toEqual({ frames: [1] });
  expect(told({ frames: [b, a], floors })).toEqual({ frames: [1, 0] });
});

test("memory that is not used any more is let go sooner or later", () => {
  const floors = noFloors(1);
  const told = toldOnce();

  const sizes = Array.from({ length: 5000 }, () => told({ frames: [memory()], floors }).frames[0]!);

  expect(Math.max(...sizes)).toBeLessThan(2000);
});
