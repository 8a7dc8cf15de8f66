import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { Pipeline } from "../../contracts/pipeline.ts";
import { FakeApi } from "./fake-api.ts";
import { openBrowser } from "./page.ts";

export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

const pipeline = (change: Partial<Pipeline>): Pipeline => ({
  pipeline_id: "pitch",
  title: "Pitch",
  description: "Players and the ball.",
  model: { name: "pitch", sha256: "0".repeat(64), classes: ["player", "ball"] },
  score_min: 0.05,
  score_shown: 0.35,
  sampling: { mode: "every" },
  tracker: "sort",
  require: "any",
  built_in: true,
  ...change,
});

/** The page as it is built now, an API in memory behind it, and a browser in front. */
export async function openWorld() {
  const page = mkdtempSync(join(tmpdir(), "framequeue-page-"));
  await build({ root: "web", logLevel: "error", build: { outDir: page } });

  const api = new FakeApi({
    page,
    health: {
      queue_id: "queue-a",
      queue: { visible: 0, in_flight: 0, delayed: 0 },
      waiting: { jobs: 0, oldest_since: null },
      workers_alive: 1,
      last_heartbeat_at: ago(2),
      workers: [
        {
          worker_id: "worker-1",
          alive: true,
          state: "idle",
          queue_id: "queue-a",
          on_this_queue: true,
          job_id: null,
          host: "box-1",
          version: "0.1.0",
          started_at: ago(600),
          heartbeat_at: ago(2),
          providers: ["cpu"],
          gpu: false,
          ffmpeg: "n7.1",
          sandbox: "bubblewrap",
        },
      ],
    },
  });
  api.pipelines = {
    pipelines: [pipeline({}), pipeline({ pipeline_id: "coco", title: "Everyday objects" })],
  };
  const { origin, close } = await api.start();
  const browser = await openBrowser();
  return {
    api,
    origin,
    browser,
    close: async () => {
      await browser.close();
      await close();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
