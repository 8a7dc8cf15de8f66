import { JobId } from "../../contracts/job-id.ts";
import { keys, parseSourceKey } from "../../contracts/keys.ts";
import { refuseUpload } from "../../contracts/protocol/owner-transitions.ts";
import { dispatcher, type DispatchDependencies } from "../../contracts/protocol/dispatch.ts";
import { aboutJob } from "../log.ts";
import { ingester, isUndispatched } from "../ingest.ts";
import { queuedTeller, tellingDispatch, type TellQueuedDependencies } from "../tell-queued.ts";
import { pipelinesOf } from "../pipelines.ts";
import { takeInboxFile, type TakeInboxFileDependencies } from "./take-inbox-file.ts";
import { uploadedKeys } from "./uploaded-keys.ts";

export type OnUploadDependencies = DispatchDependencies &
  TellQueuedDependencies &
  Omit<TakeInboxFileDependencies, "pipelines" | "dispatch">;

/** Takes in what the bucket announces. Events may come twice, late and in any order; each changes nothing the second time. */
export function onUpload(ports: OnUploadDependencies) {
  const { jobs, bucket, log, now } = ports;
  const dispatch = tellingDispatch(dispatcher(ports), queuedTeller(ports));
  const ingest = ingester({ ...ports, dispatch });
  const takeInbox = takeInboxFile({ ...ports, dispatch, pipelines: pipelinesOf(bucket) });

  async function takeUpload(text: string): Promise<void> {
    const jobId = JobId.safeParse(text);
    if (!jobId.success) {
      log.warn("An upload belongs to no job.", { jobId: text });
      return;
    }
    const row = await jobs.find(jobId.data);
    if (!row || row.deletedAt !== undefined) {
      // A row is there before anything is signed for it: this job is deleted, and nothing else would remove its video.
      await bucket.remove(keys.upload(jobId.data));
      log.warn("The upload of a deleted job was removed.", { jobId: text });
      return;
    }
    if (row.status !== "awaiting_upload") {
      if (isUndispatched(row)) await dispatch(row);
      return;
    }
    const became = await ingest(row);
    log.info("An upload was taken in.", { ...aboutJob(row), became });
    if (became === "absent") {
      const message = "The video was deleted before it could be taken in.";
      const error = { code: "SOURCE_MISSING", message } as const;
      await jobs.move(row.jobId, refuseUpload(row, { now: now(), error }));
    }
  }

  return async (body: string): Promise<void> => {
    for (const key of uploadedKeys(body)) {
      const source = parseSourceKey(key);
      if (source?.kind === "upload") await takeUpload(source.jobId);
      else if (source) await takeInbox({ key, ...source });
      else log.warn("An object is nobody's video.", { folder: key.split("/")[0] });
    }
  };
}
