import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { AddModelResponse } from "../../contracts/api.ts";
import { artifactNames, ResultManifest } from "../../contracts/artifact.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { FrameDetections } from "../../contracts/detection.ts";
import { startSystem } from "../../test/support/system.ts";
import { followMemory } from "./process-memory.ts";
import type { Clip, Subject } from "./subjects.ts";

/** One job on the local stack, as the person sees it. */
export interface WholeRun {
  readonly frames: number;
  /** The execution provider that it ran on. */
  readonly provider: string;
  /** From the claim to the published result. */
  readonly seconds: number;
  /** Of the worker's stages, by name. */
  readonly stages: Readonly<Record<string, number>>;
  /** From the claim to the first frame with its detections. */
  readonly firstFrameMilliseconds: number;
  /** Resident memory of the worker and its ffmpeg; undefined where it wasn't followed, or can't be seen. */
  readonly peakMegabytes: number | undefined;
  readonly detections: () => Promise<FrameDetections[]>;
}

const jobSecondsMax = 900;
/** Each look of a person's takes 25 to 45 ms of a core from the worker (measured), which is not what is measured. */
const lookSeconds = 5;

/** The system as `npm start` runs it, with one worker; of another checkout, where one is named. */
export async function openStack({ root }: { readonly root?: string } = {}) {
  const system = await startSystem({ context: {}, ...(root !== undefined && { root }) });
  const { client, state } = system;
  const worker = system.running.processes.find(({ name }) => name.startsWith("worker"))!;

  /** What the worker said of the job, by message. */
  function saidOf(jobId: string): Map<string, Record<string, number>> {
    const logs = join(state, "logs");
    const lines = readdirSync(logs)
      .filter((name) => name.startsWith("worker"))
      .flatMap((name) => readFileSync(join(logs, name), "utf8").split("\n"))
      .filter((line) => line.includes(jobId))
      .map((line) => JSON.parse(line.slice(line.indexOf("{"))) as { message: string });
    return new Map(lines.map((line) => [line.message, line as unknown as Record<string, number>]));
  }

  async function manifestOf(jobId: string): Promise<ResultManifest> {
    const { manifest } = await client.results(jobId);
    return ResultManifest.parse(await (await fetch(manifest.url)).json());
  }

  /** Asks seldom: whoever asks takes the cores from the worker. */
  async function endedAskingSeldom(jobId: string) {
    for (let seconds = 0; seconds < jobSecondsMax; seconds += lookSeconds) {
      await sleep(lookSeconds * 1000);
      const job = await client.job(jobId);
      if (isTerminal(job.status)) return job;
    }
    throw new Error(`The job had not ended after ${jobSecondsMax} s.`);
  }

  return {
    /** Gives the model to the system; the pipeline that runs it. */
    async add({ manifest, path }: Subject): Promise<string> {
      const { path: _path, ...file } = manifest.file;
      const body = { manifest: { ...manifest, file } };
      const added = await client.call<AddModelResponse>("POST", "/v1/models", body);
      if (added.upload) {
        const { url, headers } = added.upload;
        const response = await fetch(url, { method: "PUT", headers, body: readFileSync(path) });
        if (!response.ok) throw new Error(`The model was not stored: ${response.status}`);
      }
      return added.pipeline_id;
    },

    /** Its memory is followed only where that is asked for: looking costs what is measured. */
    async run(clip: Clip, pipelineId: string, { followed = false } = {}): Promise<WholeRun> {
      const memory = followed ? followMemory(worker.pid) : undefined;
      const bytes = readFileSync(clip.path);
      const jobId = await client.upload({ filename: `${clip.title}.mp4`, bytes, pipelineId });
      const job = await endedAskingSeldom(jobId);
      const peakMegabytes = memory?.stop();
      if (job.status !== "completed") throw new Error(`The job ${JSON.stringify(job.error)}`);

      const said = saidOf(jobId);
      return {
        frames: job.summary!.frames_analysed,
        provider: (await manifestOf(jobId)).engine.provider,
        seconds: (Date.parse(job.finished_at!) - Date.parse(job.started_at!)) / 1000,
        stages: Object.fromEntries(
          Object.entries(said.get("the time went") ?? {}).filter(([name]) =>
            name.endsWith("_seconds"),
          ),
        ),
        firstFrameMilliseconds:
          said.get("the first frame is detected")?.["after_milliseconds"] ?? NaN,
        peakMegabytes,
        async detections() {
          const { artifacts } = await client.results(jobId);
          const { url } = artifacts.find(({ name }) => name === artifactNames.detections)!;
          const body = Buffer.from(await (await fetch(url)).arrayBuffer());
          const lines = gunzipSync(body).toString().trimEnd().split("\n");
          return lines.map((line) => FrameDetections.parse(JSON.parse(line)));
        },
      };
    },
    [Symbol.asyncDispose]: () => system.stop(),
  };
}
