import { expect, test } from "vitest";
import { fitter } from "../../../gpu-worker/detector/fit/fit.ts";
import {
  frameMemories,
  frameSlots,
  slotBytesOf,
} from "../../../gpu-worker/detector/fit/frame-memory.ts";
import { placementOf } from "../../../gpu-worker/detector/letterbox.ts";
import { smallInput } from "../support/decoded.ts";

const picture = { format: "gbrp", width: 70, height: 50 } as const;
const request = { picture, placement: placementOf(picture, smallInput), input: smallInput };

test("frames side by side do not touch each other", () => {
  const fit = fitter();
  const { slots } = frameSlots(5, request);
  for (const [position, { source }] of slots.entries()) source.fill(position * 50);

  for (const { frame } of slots) fit(frame);

  for (const [position, { source, frame }] of slots.entries()) {
    expect(new Set(source)).toEqual(new Set([position * 50]));
    expect(new Set(frame.pixels)).toEqual(new Set([position * 50, smallInput.pad]));
  }
});

test("memory is what its frames take", () => {
  const { memory } = frameSlots(100, request);

  expect(memory.memory.buffer.byteLength / (100 * slotBytesOf(request))).toBeLessThan(1.1);
});

test("memory that was given back is taken again, and only once", () => {
  const { take, giveBack } = frameMemories();
  const first = take(1_000_000);
  giveBack(first);

  expect(take(900_000)).toBe(first);
  expect(take(900_000)).not.toBe(first);
});

test("however videos of several sizes follow each other, no more is let go than twice what is kept", () => {
  const { take, giveBack } = frameMemories();
  const taken = new Set<ReturnType<typeof take>>();
  const sizes = Array.from({ length: 50 }, (_, step) => [1_000_000 + step * 100_000, 100_000]);
  for (const bytes of sizes.flat()) {
    const memory = take(bytes);
    expect(memory.memory.buffer.byteLength).toBeGreaterThanOrEqual(bytes);
    taken.add(memory);
    giveBack(memory);
  }

  const all = [...taken].map(({ memory }) => memory.buffer.byteLength);
  const kept = Math.max(...all);
  expect(kept).toBeLessThan(1.6 * 5_900_000);
  expect(all.reduce((sum, bytes) => sum + bytes) - kept).toBeLessThan(2 * kept);
});

test("in memory of another video nothing of that one is seen", () => {
  const fit = fitter();
  const { take, giveBack } = frameMemories();
  const used = frameSlots(2, request, take);
  new Uint8Array(used.memory.memory.buffer).fill(255);
  giveBack(used.memory);
  const other = { ...picture, width: 60 };

  const { memory, slots } = frameSlots(
    2,
    { ...request, picture: other, placement: placementOf(other, smallInput) },
    take,
  );
  slots[0]!.source.fill(9);
  fit(slots[0]!.frame);

  expect(memory).toBe(used.memory);
  expect(new Set(slots[0]!.frame.pixels)).toEqual(new Set([9, smallInput.pad]));
});
