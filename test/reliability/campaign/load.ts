import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobView, SubmitVideoResponse } from "../../../contracts/api.ts";
import type { Clip } from "./clips.ts";
import type { Mix } from "./mix.ts";
import type { JobRecord } from "./oracle.ts";
import { ApiRefusal, type Call } from "./patient-client.ts";
import type { Watch } from "./watch.ts";

export interface LoadOptions {
  readonly call: Call;
  readonly clips: readonly Clip[];
  readonly pipelineId: string;
  /** Jobs that are open at a time. */
  readonly openMax: number;
  readonly chances: Mix["chances"];
  readonly watch: Watch;
  readonly random: () => number;
  /** Sends the job's work message to the dead-letter queue. */
  readonly deadLetter: (jobId: string, run: number) => Promise<void>;
}

/** Within which people change their mind about a job, from the upload on; dead letters come later, too. */
const withinMilliseconds = 6000;
const deadLettersPerJob = 3;

/** People who upload videos, and cancel, retry and delete some. */
export function startLoad(options: LoadOptions) {
  const { call, clips, pipelineId, openMax, chances, watch, random, deadLetter } = options;
  const records = new Map<string, JobRecord>();
  const open = new Set<string>();
  const complaints: string[] = [];
  const stopped = new AbortController();

  /** Uploads a video; the record of its job. */
  async function upload(clip: Clip): Promise<JobRecord> {
    const { answer } = await call<SubmitVideoResponse>("POST", "/v1/video/submit", {
      body: {
        filename: `${clip.name}.mp4`,
        size_bytes: clip.bytes.byteLength,
        content_type: "video/mp4",
        pipeline_id: pipelineId,
        // A segment that is killed too often fails its job, which is then run again, instead of leaving a gap.
        options: { score_min: 0.1, tracker: "byte-track", partial: false },
      },
      headers: { "idempotency-key": randomUUID() },
    });
    const record: JobRecord = {
      jobId: answer.job_id,
      clip: clip.name,
      uploaded: false,
      deleteAsked: false,
      cancelsAsked: 0,
      deadLetters: 0,
      retries: 0,
    };
    records.set(record.jobId, record);
    const { url, headers } = answer.upload.put!;
    const put = await fetch(url, { method: "PUT", headers, body: clip.bytes });
    if (!put.ok) throw new Error(`PUT: ${put.status} ${await put.text()}`);
    record.uploaded = true;
    return record;
  }

  /** What is asked may come too late or find the job otherwise; that is no fault of anybody's. */
  const unlessRefused = async (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!(error instanceof ApiRefusal) || error.status >= 500) complaints.push(String(error));
    });

  async function cancel(record: JobRecord): Promise<void> {
    record.cancelsAsked++;
    const { answer } = await call<JobView>("POST", `/v1/jobs/${record.jobId}/cancel`);
    watch.acknowledgedCancel(record.jobId, answer.run);
  }

  async function retry(record: JobRecord): Promise<void> {
    record.retries++;
    await call("POST", `/v1/jobs/${record.jobId}/retry`);
  }

  async function remove(record: JobRecord): Promise<void> {
    record.deleteAsked = true;
    open.delete(record.jobId);
    await call("DELETE", `/v1/jobs/${record.jobId}`);
  }

  async function person(): Promise<void> {
    const record = await upload(clips[Math.floor(random() * clips.length)]!);
    open.add(record.jobId);
    const drawn = random();
    const later = () => sleep(random() * withinMilliseconds);
    if (drawn < chances.cancel) {
      await later();
      await unlessRefused(cancel(record));
    } else if (drawn < chances.cancel + chances.delete) {
      await later();
      await unlessRefused(remove(record));
    } else if (drawn < chances.cancel + chances.delete + chances.deadLetter) {
      for (let letter = 0; letter < deadLettersPerJob; letter++) {
        if (stopped.signal.aborted) break;
        await later();
        record.deadLetters++;
        await deadLetter(record.jobId, 1 + record.retries);
      }
    }
  }

  const people = new Set<Promise<void>>();
  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (open.size < openMax && people.size < openMax) {
        const one = person()
          .catch((error: unknown) => void complaints.push(String(error)))
          .finally(() => people.delete(one));
        people.add(one);
      }
      await sleep(50 + random() * 100);
    }
    await Promise.all(people);
  }
  let running = Promise.resolve();

  return {
    clips,
    records,
    open,
    complaints,
    upload,
    begin: () => {
      running = loop();
    },
    /** What the reader saw of a job: people want their results, and ask again where there was a failure. */
    async ended(view: JobView): Promise<void> {
      const record = records.get(view.job_id);
      if (!record || record.deleteAsked) return;
      const again = view.status === "failed" || (view.status === "cancelled" && random() < 0.6);
      if (again) return unlessRefused(retry(record));
      open.delete(view.job_id);
    },
    async stop(): Promise<void> {
      stopped.abort();
      await running;
    },
  };
}

export type Load = ReturnType<typeof startLoad>;
