import { jobIdFrom } from "../../contracts/job-id.ts";
import { tellingJobStore } from "../../contracts/protocol/telling-job-store.ts";
import { timingFor } from "../../contracts/timing.ts";
import { collectedLog } from "./collected-log.ts";
import { memoryEventBus } from "./memory-event-bus.ts";
import { memoryIdempotencyStore } from "./memory-idempotency-store.ts";
import { memoryJobStore } from "./memory-job-store.ts";
import { memoryMediaBucket } from "./memory-media-bucket.ts";
import { memoryMediaSigner } from "./memory-media-signer.ts";
import { memoryWebhooks } from "./memory-webhooks.ts";
import { memoryScalerStore } from "./memory-scaler-store.ts";
import { memoryWorkQueue } from "./memory-work-queue.ts";
import { memoryConfiguration, memoryWorkerCredentials } from "./memory-worker-credentials.ts";
import { memoryWorkerRegistry } from "./memory-worker-registry.ts";

/** Every port of the functions in memory, on one clock that the test moves. */
export function memorySystem(startsAt = Date.UTC(2026, 0, 1)) {
  let time = startsAt;
  let ids = 0;
  const now = () => time;
  const log = collectedLog();
  const events = memoryEventBus();
  return {
    // As every function is wired that brings about ends.
    jobs: tellingJobStore({
      jobs: memoryJobStore(),
      events,
      notTold: (_jobId, error) => log.warn("An end was not told.", { error }),
    }),
    events,
    ...memoryWebhooks(),
    workers: memoryWorkerRegistry(new Map(), now),
    scaler: memoryScalerStore(),
    idempotency: memoryIdempotencyStore(now),
    bucket: memoryMediaBucket(now),
    signer: memoryMediaSigner(now),
    queue: memoryWorkQueue(now),
    log,
    credentials: memoryWorkerCredentials(now),
    configuration: memoryConfiguration,
    count: (_values: object) => {},
    timing: timingFor(60),
    aliveSeconds: 35,
    revokedWithinSeconds: 60,
    uploadBytesMax: 10_000_000_000,
    inboxPipeline: "pitch",
    newJobId: () => jobIdFrom(time, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, ++ids])),
    now,
    elapse: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

export type MemorySystem = ReturnType<typeof memorySystem>;
