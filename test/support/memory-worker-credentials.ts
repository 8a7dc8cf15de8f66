import type { WorkerCredentials } from "../../contracts/ports/worker-credentials.ts";

/** Credentials that open nothing and last as long as STS' shortest. */
export const memoryWorkerCredentials = (now: () => number): WorkerCredentials => ({
  issue: async (session) => ({
    accessKeyId: `ASIA-${session}`,
    secretAccessKey: "secret",
    sessionToken: "token",
    expiresAt: now() + 900_000,
  }),
});

/** Where the system in memory says that its things are. */
export const memoryConfiguration = {
  region: "us-east-1",
  jobs_table: "jobs",
  media_bucket: "media",
  work_queue_url: "https://sqs.us-east-1.amazonaws.com/000000000000/work",
  lease_seconds: 60,
  heartbeat_seconds: 20,
  segment_frames: 0,
};
