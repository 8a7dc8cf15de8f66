import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FrameDetections } from "../../contracts/detection.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { makeResult } from "../../gpu-worker/make-result.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { stageTimes } from "../../gpu-worker/stage-times.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { anEngine } from "../support/engine.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memoryMediaBucket } from "../support/memory-media-bucket.ts";
import { everyFrame } from "./support/analysed.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { planned } from "./support/previewed.ts";
import { keptLog } from "./support/quiet-log.ts";

const tools = await findTools({ environment: process.env });
const model = builtInManifests[0]!;

test("a job whose frames are all analysed counts as advancing while its extras show nothing", async () => {
  const folder = clip(
    tools,
    "mp4",
    ..."-f lavfi -i testsrc2=d=4:s=64x64:r=5 -c:v mpeg4".split(" "),
  );
  const path = join(temporaryFolder(), "ffmpeg");
  const slow = `case "$*" in *tile=*) sleep 5 ;; esac`;
  writeFileSync(path, `#!/bin/sh\n${slow}\nexec ${tools.ffmpeg.path} "$@"\n`);
  chmodSync(path, 0o755);
  const ffmpeg = { ...tools.ffmpeg, path, sandbox: undefined };
  const looked = await planned(folder, tools);
  const { pts } = looked.video.packets;
  const secondsAt = clockOf(looked.video).secondsAt;
  const frames = (async function* (): AsyncGenerator<FrameDetections> {
    for (const [frame_index, time] of pts.entries()) {
      yield { frame_index, pts: time, t: secondsAt(time), detections: [] };
    }
  })();
  const advancedAt = [performance.now()];
  const lease = { jobId: aJobId, run: 1, fence: 1, nonce: "n", workerId: "w" };

  const { summary } = await makeResult(
    {
      ...looked,
      settings: { ...everyFrame, overlap: model.post },
      model,
      floors: { scoreMin: Float32Array.of(0.1), scoreMinAny: 0.1 },
      framesTotal: pts.length,
      cut: { segments: [] as never, undivided: undefined },
    },
    { frames, account: () => ({ framesDecoded: pts.length, gaps: [] }) },
    {
      row: aJobRow({ source: { key: "k", etag: "e", sizeBytes: 1 } }),
      lease,
      signal: looked.signal,
      assertHeld: () => {},
      report: () => {},
      advance: () => advancedAt.push(performance.now()),
      startedAt: 0,
      times: stageTimes(() => performance.now()),
      log: keptLog().log,
    },
    {
      bucket: memoryMediaBucket(),
      tools: { ...tools, ffmpeg },
      engine: anEngine,
      now: Date.now,
      monotonic: () => performance.now(),
    },
  );

  expect(summary.frames_analysed).toBe(pts.length);
  const longest = Math.max(...advancedAt.slice(1).map((at, index) => at - advancedAt[index]!));
  expect(longest).toBeLessThan(4000);
});
