import type { JobView } from "../../contracts/api.ts";
import { formatSeconds } from "../client/format.ts";
import { watchJob } from "../client/watch.ts";
import type { System } from "../session.ts";
import { checkCors, checkPut } from "./check-upload.ts";
import type { Finding } from "./finding.ts";
import { broken, ok, unknown, warning } from "./finding.ts";

/** Not a video, so that it costs a worker nothing; its job is expected to be refused for that. */
const body = "framequeue doctor: this file is not a video\n";

export interface FlowOptions {
  readonly pipelineId: string;
  readonly pageUrl: string | undefined;
  readonly workersAlive: boolean;
  /** Waits so long for each step that others have to make. */
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
}

/** Sends a tiny file the way of every video, sees how far it comes, and removes its job. */
export async function* checkFlow(system: System, options: FlowOptions): AsyncGenerator<Finding> {
  const { client, pageUrl } = system;
  const { pipelineId, signal } = options;
  const { job_id: jobId, upload } = await client.submitVideo(
    {
      filename: "framequeue-doctor.txt",
      size_bytes: body.length,
      content_type: "text/plain",
      pipeline_id: pipelineId,
    },
    { signal },
  );
  try {
    yield ok("submit", `opened job ${jobId}`);
    if (!upload.put) {
      yield broken("upload PUT", "the API gave no address for it", "Look at the API's log.");
      return;
    }
    const page = options.pageUrl ?? pageUrl;
    const origin = new URL(page ?? system.apiUrl).origin;
    yield await checkCors(upload.put, { origin, originIsPage: page !== undefined }, signal);

    const put = await checkPut(upload.put, body, signal);
    yield put;
    if (put.verdict === "ok") yield* checkMoves(system, jobId, options);
  } finally {
    // Even when all of this was interrupted.
    await client.deleteJob(jobId).catch(() => {});
  }
}

async function* checkMoves(
  { client }: System,
  jobId: string,
  { workersAlive, patienceSeconds, signal }: FlowOptions,
): AsyncGenerator<Finding> {
  async function lookUntil(moved: (job: JobView) => boolean): Promise<[JobView, string]> {
    const startedAt = client.now();
    let job: JobView | undefined;
    for await (job of watchJob(client, jobId, { signal })) {
      if (moved(job) || client.now() - startedAt > patienceSeconds * 1000) break;
    }
    return [job!, formatSeconds((client.now() - startedAt) / 1000)];
  }

  const [arrived, eventTook] = await lookUntil(({ status }) => status !== "awaiting_upload");
  if (arrived.status === "awaiting_upload") {
    yield broken(
      "upload event",
      `the video is in the bucket, but ${eventTook} later its job has not heard of it`,
      "Check the bucket's notification, the queue of upload events and the on-upload function's log.",
    );
    return;
  }
  yield ok("upload event", `came to the job within ${eventTook}`);

  if (!workersAlive) {
    yield unknown("work queue", "there is no worker that could take the job");
    return;
  }
  const [job, claimTook] = await lookUntil(({ status }) => status !== "pending");
  yield taken(job, claimTook);
}

/** The worker must refuse the file for what it is. */
const expectedCodes = ["CONTAINER_REFUSED", "NOT_A_VIDEO", "NO_VIDEO_STREAM"];

function taken({ status, error, blocked_reason }: JobView, took: string): Finding {
  const hop = "work queue";
  if (status === "running") return ok(hop, `a worker took the job within ${took}`);
  if (status === "failed" && error && expectedCodes.includes(error.code)) {
    return ok(hop, `a worker took the job within ${took} and refused its file, as it should`);
  }
  if (blocked_reason?.code === "QUEUED_BEHIND") return warning(hop, blocked_reason.message);
  if (status === "pending") {
    const reason = blocked_reason?.message ?? "Nobody says why.";
    return broken(
      hop,
      `no worker took the job within ${took}. ${reason}`,
      "See the workers' logs.",
    );
  }
  return broken(hop, `the job is ${status}: ${error?.message ?? "no reason given"}`, error?.hint);
}
