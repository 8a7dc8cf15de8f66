import { join } from "node:path";
import { formatSeconds } from "../../client/format.ts";
import { uploadVideo } from "../../client/upload.ts";
import { videoFile } from "../../client/video-file.ts";
import { watchJob } from "../../client/watch.ts";
import type { System } from "../../session.ts";
import type { Finding } from "../finding.ts";
import { broken, ok } from "../finding.ts";

/** Part of the checkout: 24 s of a match, a few MB. */
const sample = join(import.meta.dirname, "../../../models/pitch/sample.mp4");

export interface CanaryOptions {
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
  /** The video that is sent; the sample where none is named. */
  readonly videoPath?: string;
}

/** Sends a real video through the API and follows it to its result, then removes its job. A GPU from zero takes minutes. */
export async function canary(
  { client }: System,
  { patienceSeconds, signal, videoPath = sample }: CanaryOptions,
): Promise<Finding> {
  const hop = "canary";
  const startedAt = client.now();
  const took = () => formatSeconds((client.now() - startedAt) / 1000);
  const timeout = AbortSignal.timeout(patienceSeconds * 1000);
  const within = AbortSignal.any([signal, timeout]);

  const jobId = await uploadVideo(client, await videoFile(videoPath), {
    request: { pipeline_id: "pitch", options: {} },
    signal: within,
  });
  try {
    let reason = "nobody says why";
    try {
      for await (const job of watchJob(client, jobId, { signal: within })) {
        reason = job.blocked_reason?.message ?? `it is ${job.status}`;
        if (job.status === "completed") {
          return ok(hop, `job ${jobId} was completed within ${took()}`);
        }
        if (job.error) reason = `${job.error.code}: ${job.error.message}`;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!timeout.aborted) throw error;
      return broken(
        hop,
        `job ${jobId} was not completed within ${took()}: ${reason}`,
        "See docs/runbook.md, “A job waits”; a GPU from zero may take more than --patience.",
      );
    }
    return broken(hop, `job ${jobId} was not completed: ${reason}`, "See docs/errors.md.");
  } finally {
    await client.deleteJob(jobId).catch(() => {});
  }
}
