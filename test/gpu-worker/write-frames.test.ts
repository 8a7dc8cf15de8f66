import { join } from "node:path";
import { expect, test } from "vitest";
import type { Progress } from "../../contracts/work-row.ts";
import { writeFrames } from "../../gpu-worker/write-frames.ts";
import { temporaryFolder } from "./support/clips.ts";

test("the rate counts from the first frame on: what came before it says nothing of the time that is left", async () => {
  let now = 0;
  async function* frames() {
    // A decoder's start and the first run.
    now += 2000;
    for (let index = 0; index < 3; index++) {
      yield { frame_index: index, pts: index, t: index, detections: [] };
      now += 100;
    }
  }
  const reported: Pick<Progress, "framesDone" | "framesPerSecond">[] = [];

  await writeFrames(frames(), {
    path: join(temporaryFolder(), "detections"),
    framesTotal: 3,
    signal: new AbortController().signal,
    advance: () => {},
    report: (progress) => reported.push(progress),
    monotonic: () => now,
  });

  expect(reported.map(({ framesDone, framesPerSecond }) => [framesDone, framesPerSecond])).toEqual([
    [1, undefined],
    [2, 10],
    [3, 10],
  ]);
});
