import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readDetections } from "../../web/player/read-detections.ts";
import { nextFrameWithObjects, onScale, seen, rowsOf } from "../../web/player/filter.ts";

const frame = (n: number, scores: readonly number[]) => ({
  frame_index: n * 2,
  pts: n,
  t: n / 10,
  detections: scores.map((score, i) => ({
    class_id: i,
    label: `class ${i}`,
    score,
    box: [i, n, i + 10, n + 10],
    ...(i === 0 ? { track_id: 7 } : {}),
  })),
});

/** The bytes in small pieces, so that lines and letters are torn anywhere. */
const stream = (bytes: Uint8Array, size: number) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (let i = 0; i < bytes.length; i += size) {
        controller.enqueue(new Uint8Array(bytes.subarray(i, i + size)));
      }
      controller.close();
    },
  });

const ndjson = (frames: readonly object[]) =>
  Buffer.from(frames.map((line) => `${JSON.stringify(line)}\n`).join(""));

describe("reading detections", () => {
  const frames = Array.from({ length: 3000 }, (_, n) => frame(n, n % 3 === 0 ? [] : [0.9, 0.2]));

  test.each([1000, 65_536])("keeps every frame and row, in pieces of %i bytes", async (size) => {
    const table = await readDetections(stream(gzipSync(ndjson(frames)), size));

    expect(table.frames).toBe(3000);
    expect(table.first.at(-1)).toBe(4000);
    expect(table.frameIndex[2999]).toBe(5998);
    expect(table.t[2999]).toBe(299.9);
    const row = table.first[2999]! + 1;
    expect([...table.box.subarray(4 * row, 4 * row + 4)]).toEqual([1, 2999, 11, 3009]);
    expect(table.classId[row]).toBe(1);
    expect([table.trackId[row - 1], table.trackId[row]]).toEqual([7, 0]);
  });

  test("reads what the browser has unpacked already", async () => {
    const table = await readDetections(stream(ndjson(frames.slice(0, 5)), 100));

    expect(table.frames).toBe(5);
  });

  test("does not lose a last line without its end", async () => {
    const text = ndjson(frames.slice(0, 2)).toString().trimEnd();

    const table = await readDetections(stream(Buffer.from(text), 7));

    expect(table.frames).toBe(2);
  });

  test("rejects a file that ends too early", async () => {
    const bytes = gzipSync(ndjson(frames));

    await expect(readDetections(stream(bytes.subarray(0, 2000), 500))).rejects.toBeInstanceOf(
      Error,
    );
  });

  test("lets the first boxes be drawn before the last ones are here", async () => {
    const seenFrames: number[] = [];

    await readDetections(stream(ndjson(frames), 50_000), (table) => seenFrames.push(table.frames));

    expect(seenFrames[0]).toBeGreaterThan(0);
    expect(seenFrames[0]).toBeLessThan(1000);
  });
});

describe("the filter", () => {
  const table = readDetections(
    stream(ndjson([frame(0, [0.9, 0.35]), frame(1, []), frame(2, [0.1, 0.8])]), 1000),
  );

  test("shows a score that is exactly the lowest one", async () => {
    expect(seen(await table, 1, { scoreMin: 0.35, hidden: new Set() })).toBe("shown");
  });

  test("tells what is faint from what is off", async () => {
    const filter = { scoreMin: 0.5, hidden: new Set([0]) };

    expect(seen(await table, 0, filter)).toBe("hidden");
    expect(seen(await table, 1, filter)).toBe("faint");
  });

  test("lists the best score first", async () => {
    expect(rowsOf(await table, 2, { scoreMin: 0, hidden: new Set() })).toEqual([3, 2]);
    expect(rowsOf(await table, -1, { scoreMin: 0, hidden: new Set() })).toEqual([]);
  });

  test("finds the next frame that it leaves something on, and stays where there is none", async () => {
    const filter = { scoreMin: 0.5, hidden: new Set<number>() };

    expect(nextFrameWithObjects(await table, 0, 1, filter)).toBe(2);
    expect(nextFrameWithObjects(await table, 2, -1, filter)).toBe(0);
    expect(nextFrameWithObjects(await table, 2, 1, filter)).toBe(2);
  });

  test("keeps scores on the scale that timeline.json counts in", () => {
    expect([-1, 0.34, 0.35, 0.374, 0.38, 2].map(onScale)).toEqual([0, 0.35, 0.35, 0.35, 0.4, 1]);
  });
});
