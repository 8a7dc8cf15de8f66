import { jobIdFrom } from "../../contracts/job-id.ts";
import { timingFor } from "../../contracts/timing.ts";
import { collectedLog } from "./collected-log.ts";
import { memoryEventBus } from "./memory-event-bus.ts";
import { memoryIdempotencyStore } from "./memory-idempotency-store.ts";
import { memoryJobStore } from "./memory-job-store.ts";
import { memoryMediaBucket } from "./memory-media-bucket.ts";
import { memoryMediaSigner } from "./memory-media-signer.ts";
import { memoryScalerStore } from "./memory-scaler-store.ts";
import { memoryWorkQueue } from "./memory-work-queue.ts";
import { memoryWorkerRegistry } from "./memory-worker-registry.ts";

/** Every port of the functions in memory, on one clock that the test moves. */
export function memorySystem(startsAt = Date.UTC(2026, 0, 1)) {
  let time = startsAt;
  let ids = 0;
  const now = () => time;
  return {
    jobs: memoryJobStore(),
    workers: memoryWorkerRegistry(new Map(), now),
    scaler: memoryScalerStore(),
    idempotency: memoryIdempotencyStore(now),
    events: memoryEventBus(),
    bucket: memoryMediaBucket(now),
    signer: memoryMediaSigner(now),
    queue: memoryWorkQueue(now),
    log: collectedLog(),
    count: (_values: object) => {},
    timing: timingFor(60),
    aliveSeconds: 35,
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
