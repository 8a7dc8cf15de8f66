import type { BlockedReason } from "../../contracts/api.ts";
import { counted } from "./format.ts";

interface Words {
  readonly title: string;
  /** What the person can do, where there is something to do. */
  readonly advice?: string;
}

const words: Readonly<Record<BlockedReason["code"], Words>> = {
  NO_WORKER: {
    title: "No worker is running",
    advice: "Start one; the job is picked up by itself. Nothing is lost while it waits.",
  },
  WORKERS_ON_OTHER_QUEUE: {
    title: "The workers listen to another queue",
    advice: "Give the workers this system's queue; the job is then picked up by itself.",
  },
  NO_CAPABLE_WORKER: {
    title: "No worker can run this pipeline",
    advice: "Start a worker that can, or submit the video with another pipeline.",
  },
  QUEUED_BEHIND: { title: "Other jobs are in front" },
  WORKER_STARTING: { title: "A worker is starting" },
  AWAITING_UPLOAD: { title: "The video has not arrived yet" },
  UPLOAD_EVENT_MISSING: {
    title: "The video is there, but the system was not told",
    advice: "It looks for such videos every minute and mends this by itself.",
  },
  RETRY_BACKOFF: { title: "Resting before the next attempt" },
  LEASE_HELD: { title: "A worker holds the job" },
};

/** Why a job waits, in a few plain words; the API's own sentence stands below them. */
export function blockedWords({ code, jobs_in_front }: BlockedReason): Words {
  if (code === "QUEUED_BEHIND" && jobs_in_front !== undefined) {
    return { title: `${counted(jobs_in_front, "job")} in front` };
  }
  return words[code];
}
