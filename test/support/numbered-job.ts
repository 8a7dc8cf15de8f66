import { readFileSync } from "node:fs";
import type { FrameDetections } from "../../contracts/detection.ts";
import type { Playback } from "../../contracts/artifact.ts";
import type { JobView } from "../../contracts/api.ts";
import type { FakeApi } from "./fake-api.ts";
import { jobView } from "./fake-api.ts";
import { fakeResult } from "./fake-result.ts";
import { objectBox } from "./numbered-clip.ts";
import type { NumberedClip } from "./numbered-clip.ts";

/** From here on a second object is seen, with a low score: for filters, and for the next frame with objects. */
export const ballFrames = { first: 120, tracked: 130, end: 150, score: 0.55 } as const;

/** The frames that the worker looked at: all of them by default. */
interface Looked {
  readonly firstFrame?: number;
  readonly endFrame?: number;
}

/** What a worker would have found in a numbered clip: the bright object on every frame that it looked at, a ball on a few. */
export function numberedResult(
  clip: NumberedClip,
  jobId: string,
  { playback, firstFrame = 0, endFrame }: Looked & { readonly playback?: Playback } = {},
) {
  const all = clip.t.map((t, n): FrameDetections => {
    const ball = n >= ballFrames.first && n < ballFrames.end;
    return {
      frame_index: n,
      pts: Math.round(t * 90_000),
      t,
      detections: [
        { class_id: 0, label: "player", score: 0.9, box: objectBox(n), track_id: 1 },
        ...(ball
          ? [
              {
                class_id: 1,
                label: "ball",
                score: ballFrames.score,
                box: [250, 100, 270, 120] as [number, number, number, number],
                ...(n >= ballFrames.tracked && { track_id: 2 }),
              },
            ]
          : []),
        { class_id: 0, label: "player", score: 0.1, box: [280, 150, 300, 170] },
      ],
    };
  });
  return fakeResult({
    jobId,
    filename: "numbered.mp4",
    width: clip.width,
    height: clip.height,
    durationSeconds: clip.durationSeconds,
    averageFrameRate: clip.t.length / clip.durationSeconds,
    classes: ["player", "ball"],
    frames: all.slice(firstFrame, endFrame),
    ...(playback && { playback }),
  });
}

/** A completed job whose video is a numbered clip. */
export function putNumberedJob(api: FakeApi, clip: NumberedClip, looked: Looked = {}): JobView {
  const job = api.put(jobView({ filename: "numbered.mp4" }));
  api.bucket.objects.set(`uploads/${job.job_id}/source`, {
    body: readFileSync(clip.path),
    contentType: "video/mp4",
  });
  api.complete(job.job_id, numberedResult(clip, job.job_id, looked));
  return job;
}
