import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { videoFacts } from "../../gpu-worker/pipeline/publish/publish.ts";
import type { Checked } from "../../test/support/check-clip.ts";
import { jobView } from "../../test/support/fake-api.ts";
import { fakeResult } from "../../test/support/fake-result.ts";
import type { FrameClip } from "../../test/support/frame-clips.ts";
import { openPage, pausedFrame, playedFrames, seekTo } from "../../test/support/page.ts";
import type { World } from "../../test/support/page-world.ts";

const [seeks, playSeconds, playTries, picturesMin] = [8, 0.8, 3, 3];

/** What the page shows of a clip: pictures and boxes that belong together, paused and while it plays. */
export type Shown =
  | { readonly plays: false }
  | {
      readonly plays: true;
      readonly paused: number;
      readonly together: number;
      readonly played: number;
      /** Frames between picture and boxes at most, while it plays. */
      readonly apart: number;
      readonly faults: readonly string[];
    };

function putJob({ api }: World, clip: FrameClip, path: string, checked: Checked): string {
  const job = api.put(jobView({ filename: clip.file }));
  api.bucket.objects.set(`uploads/${job.job_id}/source`, {
    body: readFileSync(path),
    contentType: "video/mp4",
  });
  const video = videoFacts({ ...checked, toneMapping: true });
  const result = fakeResult({
    jobId: job.job_id,
    filename: clip.file,
    width: video.width,
    height: video.height,
    durationSeconds: video.duration_seconds ?? 1,
    averageFrameRate: video.average_frame_rate ?? 25,
    classes: ["player"],
    frames: checked.frames.map(({ frameIndex, pts, t }) => ({
      frame_index: frameIndex,
      pts,
      t,
      detections: [],
    })),
    video,
  });
  api.complete(job.job_id, result);
  return job.job_id;
}

/** Whether the player shows a frame; false where the browser says that it cannot play the file. */
async function plays(page: Page): Promise<boolean> {
  const shown = page.locator(".screen[data-frame]:not([data-frame='-1'])");
  const refused = page.locator(".unplayable");
  await shown.or(refused).first().waitFor();
  return (await refused.count()) === 0;
}

/** Opens the worker's result in the page, seeks, plays, and reads the numbers back from the picture. */
export async function checkInBrowser(
  world: World,
  clip: FrameClip,
  path: string,
  checked: Checked,
): Promise<Shown> {
  const jobId = putJob(world, clip, path, checked);
  const { page } = await openPage(world.browser, `${world.origin}/#/jobs/${jobId}`);
  try {
    if (!(await plays(page))) return { plays: false };

    const faults: string[] = [];
    // The player counts from where its first picture is; the results may not.
    const offset = await page.evaluate<number>(`document.querySelector("video").currentTime`);
    const [first, last] = [offset, offset + checked.frames.at(-1)!.t - checked.frames[0]!.t];
    let together = 0;
    for (let at = 0; at < seeks; at++) {
      const seconds = at === 0 ? first : first + ((at * 0.618034) % 1) * (last + 0.01 - first);
      const pair = at === 0 ? await pausedFrame(page) : await seekTo(page, seconds);
      if (pair.picture === pair.overlay + clip.firstNumber) together++;
      else faults.push(`at ${seconds.toFixed(3)} s: ${JSON.stringify(pair)}`);
    }
    let [apart, played] = [0, 0];
    // A machine that others share may starve the browser so that it shows pictures without telling of them.
    for (let tries = 0; tries < playTries; tries++) {
      await seekTo(page, first);
      const pairs = await playedFrames(page, playSeconds);
      const distances = pairs.map(({ picture, overlay }) =>
        Math.abs(picture - overlay - clip.firstNumber),
      );
      [apart, played] = [Math.max(0, ...distances), pairs.length];
      if (apart <= 1 && played >= picturesMin) break;
    }
    if (apart > 1 || played < picturesMin) faults.push(`playing: ${played} seen, ${apart} apart`);
    return { plays: true, paused: seeks, together, played, apart, faults };
  } finally {
    await page.context().close();
  }
}
