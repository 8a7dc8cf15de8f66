import { setTimeout as sleep } from "node:timers/promises";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { awsClients } from "../../aws/clients.ts";
import { jobIdFrom } from "../../contracts/job-id.ts";
import { rowHandle } from "../../contracts/protocol/row-handle.ts";
import { claim } from "../../contracts/protocol/worker-transitions.ts";
import { timingFor } from "../../contracts/timing.ts";
import { holdLease } from "../../gpu-worker/lease.ts";
import { jsonLog } from "../../gpu-worker/log.ts";
import { whyStop } from "../../gpu-worker/why-stop.ts";
import { aJobRow } from "../../test/support/job-row.ts";
import type { Places } from "./places.ts";

/** Processor seconds per second that keeping one lease costs its worker: renewals, and a look at the row each second. */
export async function backgroundShare({ table }: Places, seconds: number): Promise<number> {
  const clients = awsClients();
  const jobs = dynamodbJobStore({ client: clients.dynamodb, table });
  const timing = timingFor();
  const jobId = jobIdFrom(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  const row = aJobRow({ jobId, status: "pending" });
  await jobs.insert(row);
  const mine = { nonce: "n", workerId: "w", timing };
  await jobs.move(jobId, claim(row, { ...mine, now: Date.now() }));
  const lease = { ...mine, jobId, run: 1, fence: 1 };

  const idle = await processorShare(seconds);
  const held = holdLease(
    lease,
    {
      receipt: "",
      claimedAt: performance.now(),
      progress: () => undefined,
      advancedAt: () => performance.now(),
    },
    {
      held: rowHandle(jobs, lease),
      whyStop: whyStop(lease, jobs),
      queue: { renew: async () => {} },
      timing,
      now: Date.now,
      monotonic: () => performance.now(),
      log: jsonLog({ level: "ERROR", write: console.error, now: Date.now }),
    },
  );
  const holding = await processorShare(seconds);
  await held[Symbol.asyncDispose]();
  for (const client of Object.values(clients)) client.destroy();
  return Math.max(0, holding - idle);
}

async function processorShare(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  await sleep(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / seconds;
}
