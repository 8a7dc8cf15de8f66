import { setTimeout as sleep } from "node:timers/promises";
import { awsClients } from "../../aws/clients.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { planMessage } from "../../test/support/messages.ts";
import { jobIdFrom } from "../../contracts/job-id.ts";
import { timingFor } from "../../contracts/timing.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import type { Stages } from "../../gpu-worker/process-work.ts";
import { workOnMessages } from "../../gpu-worker/work-on-messages.ts";
import { jsonLog, type Log } from "../../gpu-worker/log.ts";
import type { Places } from "./places.ts";
import { anEngine } from "../../test/support/engine.ts";
import { aJobRow } from "../../test/support/job-row.ts";
import { anEmptySummary } from "../../test/support/result-summary.ts";
import { aSegmentRow } from "../../test/support/segment-row.ts";

/** Seconds that so many workers need for a video of so many segments, with a detector that sleeps as a GPU's worker does. */
export async function secondsOf(
  { table, queueUrl }: Places,
  {
    workers,
    segments,
    segmentSeconds,
  }: { workers: number; segments: number; segmentSeconds: number },
): Promise<number> {
  const stages = sleeping(segments, segmentSeconds);
  const stop = new AbortController();
  const timing = timingFor();
  const clients = Array.from({ length: workers }, () => awsClients());
  const [first] = clients;
  const jobs = dynamodbJobStore({ client: first!.dynamodb, table });
  const jobId = jobIdFrom(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  const source = { key: "uploads/x/source", etag: '"1"', sizeBytes: 1 };
  await jobs.insert(aJobRow({ jobId, status: "pending", source }));

  const running = clients.map(async ({ dynamodb, sqs, longPoll }, index) => {
    await workOnMessages({
      jobs: dynamodbJobStore({ client: dynamodb, table }),
      queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl }),
      stages,
      workerId: `w${index}`,
      timing,
      now: Date.now,
      monotonic: () => performance.now(),
      random: Math.random,
      newNonce: () => crypto.randomUUID(),
      shutdown: stop.signal,
      log: quiet,
    }).until();
  });
  // All of them wait at the queue by then.
  await sleep(1000);
  const startedAt = performance.now();
  const queue = sqsWorkQueue({
    client: first!.sqs,
    longPoll: first!.longPoll,
    queueUrl,
  });
  await queue.send(planMessage(jobId, 1), { owner: "team" });
  while (!isTerminal((await jobs.find(jobId))!.status)) await sleep(20);
  const seconds = (performance.now() - startedAt) / 1000;
  stop.abort();
  await Promise.all(running);
  for (const each of clients.flatMap((all) => Object.values(all))) each.destroy();
  return seconds;
}

const quiet: Log = jsonLog({ level: "ERROR", write: console.error, now: Date.now });

function sleeping(segments: number, seconds: number): Stages {
  const rest = async (signal: AbortSignal) => {
    await sleep(seconds * 1000, undefined, { signal });
  };
  const never = async (): Promise<never> => {
    throw new Error("The video has several segments.");
  };
  return {
    cut: async () => ({
      segments: Array.from({ length: segments }, (_, index) => {
        const { fromPts, toPts, packets, framesTotal, ptsSha256 } = aSegmentRow({ index });
        return { index, fromPts, toPts, packets, framesTotal, ptsSha256 };
      }),
      engine: anEngine,
      partialAllowed: true,
    }),
    whole: never,
    async part({ signal, lease }, { index, framesTotal }) {
      await rest(signal);
      const key = `part-${index}-f${lease.fence}`;
      return {
        key,
        sha256: "0",
        frames: framesTotal,
        framesDecoded: framesTotal,
        engine: anEngine.fingerprint,
        gaps: [],
      };
    },
    async join({ lease }) {
      const { run, fence } = lease;
      return {
        manifestKey: `r${run}/f${fence}`,
        manifestSha256: "0",
        run,
        fence,
        summary: anEmptySummary,
      };
    },
  };
}
