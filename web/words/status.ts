import type { JobView } from "../../contracts/api.ts";
import type { UploadState } from "../upload/upload-state.ts";
import type { JobStatus } from "../../contracts/work-row.ts";

/** A status as a person would say it. */
export const statusWords: Readonly<Record<JobStatus, string>> = {
  awaiting_upload: "Awaiting upload",
  pending: "Waiting",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
  expired: "Expired",
};

export const uploadWords: Readonly<Record<UploadState, string>> = {
  opening: "Beginning",
  sending: "Uploading",
  paused: "Paused",
  "needs-file": "Interrupted",
  failed: "Stopped",
  done: "Uploaded",
};

export const stageWords = {
  fetch: "Fetching the video",
  probe: "Looking at the container",
  detect: "Finding objects",
  publish: "Publishing the result",
} as const satisfies Record<NonNullable<JobView["progress"]>["stage"], string>;

export const eventWords = {
  submitted: "Submitted",
  uploaded: "Video arrived",
  claimed: "Taken by a worker",
  planned: "Cut into segments",
  detected: "Segment detected",
  released: "Handed back by the worker",
  attempt_failed: "Attempt failed",
  lease_expired: "Worker went silent",
  completed: "Completed",
  failed: "Failed",
  cancel_requested: "Cancel asked for",
  cancelled: "Cancelled",
  expired: "Expired",
  retried: "Started again",
} as const satisfies Record<JobView["history"][number]["event"], string>;
