/** The one table: rows by the camelCase fields of JobRow, WorkerRow and what idempotency keeps. infra/ builds it from this. */
export const jobsTable = {
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  /** Epoch seconds. DynamoDB deletes days late, so readers look at it too. */
  ttlAttribute: "expiresAt",
  indexes: {
    /** An owner's jobs by time of creation; status and deletion are there to filter by, the rest is read from the row. */
    byOwner: {
      name: "by_owner",
      partitionKey: { name: "owner", type: "S" },
      sortKey: { name: "jobId", type: "S" },
      projection: { type: "INCLUDE", attributes: ["status", "deletedAt"] },
    },
    /** Sparse: rows that the sweeper must look at. */
    due: {
      name: "due",
      partitionKey: { name: "dueShard", type: "S" },
      sortKey: { name: "dueAt", type: "N" },
      projection: { type: "KEYS_ONLY" },
    },
    /** Sparse: jobs that wait for a worker. */
    waiting: {
      name: "waiting",
      partitionKey: { name: "waitingQueue", type: "S" },
      sortKey: { name: "waitingSince", type: "N" },
      projection: { type: "KEYS_ONLY" },
    },
  },
} as const;

/** Every key of the table is spelled here and nowhere else. */
export const tableKeys = {
  job: (jobId: string) => ({ pk: `JOB#${jobId}`, sk: "JOB" }),
  /** A partition of their own: who may make segments may not make jobs, and DynamoDB's rights go by partition. */
  segments: (jobId: string) => `SEGMENTS#${jobId}`,
  segmentsOfPlan: (planFence: number) => `p${String(planFence).padStart(6, "0")}#`,
  segment: (jobId: string, planFence: number, index: number) => ({
    pk: tableKeys.segments(jobId),
    sk: `${tableKeys.segmentsOfPlan(planFence)}${String(index).padStart(5, "0")}`,
  }),
  workers: "WORKERS",
  worker: (workerId: string) => ({ pk: "WORKERS", sk: workerId }),
  /** API keys and worker tokens: found by the hash of the secret, listed as one partition. */
  keys: "KEYS",
  key: (secretSha256: string) => ({ pk: "KEYS", sk: secretSha256 }),
  /** Where an owner wants to hear of ends. */
  webhooks: (owner: string) => `WEBHOOKS#${owner}`,
  webhook: (owner: string, webhookId: string) => ({
    pk: tableKeys.webhooks(owner),
    sk: webhookId,
  }),
  /** What was sent to a webhook; `sk` sorts by the time of the end. */
  deliveries: (webhookId: string) => `DELIVERIES#${webhookId}`,
  delivery: (webhookId: string, deliveryId: string) => ({
    pk: tableKeys.deliveries(webhookId),
    sk: deliveryId,
  }),
  /** What the scaler leaves from one look to the next. */
  scaler: { pk: "SCALER", sk: "SCALER" },
  idempotency: (owner: string, keySha256: string) => ({
    pk: `IDEMPOTENCY#${owner}#${keySha256}`,
    sk: "IDEMPOTENCY",
  }),
} as const;
