import { describe } from "vitest";
import { memoryIdempotencyStore } from "../support/memory-idempotency-store.ts";
import { memoryJobStore } from "../support/memory-job-store.ts";
import { memoryKeyStore } from "../support/memory-key-store.ts";
import { memoryMediaBucket } from "../support/memory-media-bucket.ts";
import { memoryWebhookStore } from "../support/memory-webhook-store.ts";
import { memoryScalerStore } from "../support/memory-scaler-store.ts";
import { memoryWorkQueue } from "../support/memory-work-queue.ts";
import { memoryWorkerRegistry } from "../support/memory-worker-registry.ts";
import { idempotencyStoreContract } from "./idempotency-store.ts";
import { jobStoreContract } from "./job-store.ts";
import { keyStoreContract } from "./key-store.ts";
import { mediaBucketContract } from "./media-bucket.ts";
import { webhookStoreContract } from "./webhook-store.ts";
import { scalerStoreContract } from "./scaler-store.ts";
import { workQueueContract } from "./work-queue.ts";
import { workerRegistryContract } from "./worker-registry.ts";

describe("job store in memory", () => {
  jobStoreContract(async () => memoryJobStore());
});

describe("scaler store in memory", () => {
  scalerStoreContract(async () => memoryScalerStore());
});

describe("worker registry in memory", () => {
  workerRegistryContract(async (now) => memoryWorkerRegistry(new Map(), now));
});

describe("idempotency store in memory", () => {
  idempotencyStoreContract(async (now) => memoryIdempotencyStore(now));
});

describe("key store in memory", () => {
  keyStoreContract(async () => memoryKeyStore());
});

describe("webhook store in memory", () => {
  webhookStoreContract(async () => memoryWebhookStore());
});

describe("media bucket in memory", () => {
  mediaBucketContract(async () => memoryMediaBucket());
});

describe("work queue in memory", () => {
  workQueueContract(async () => {
    let now = 0;
    return {
      queue: memoryWorkQueue(() => now),
      elapse: async (seconds) => {
        now += seconds * 1000;
      },
    };
  });
});
