import { afterAll, beforeAll } from "vitest";
import { makeNumberedClip } from "./numbered-clip.ts";
import { putNumberedJob } from "./numbered-job.ts";
import { openWorld } from "./page-world.ts";
import type { World } from "./page-world.ts";
import { openPage, pausedFrame } from "./page.ts";

/** A completed job of a numbered clip of 240 frames for the tests of one `describe`, and its page. */
export function useNumberedPage() {
  let world: World;
  let job: { readonly jobId: string; readonly t: readonly number[] };

  beforeAll(async () => {
    world = await openWorld();
    const clip = makeNumberedClip({ frames: 240 });
    job = { jobId: putNumberedJob(world.api, clip).job_id, t: clip.t };
  });
  afterAll(() => world?.close());

  return {
    world: () => world,

    /** A place within that frame, in seconds. */
    within: (frame: number): number => job.t[frame]! + 0.01,

    /** Opened and waited for until a frame and its boxes are shown; `query` is that of a link. */
    open: async (query = "") => {
      const opened = await openPage(world.browser, `${world.origin}/#/jobs/${job.jobId}${query}`);
      await opened.page.locator(".screen[data-frame]:not([data-frame='-1'])").waitFor();
      await pausedFrame(opened.page);
      return opened;
    },
  };
}
