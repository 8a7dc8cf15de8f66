import { formatBytes } from "../../cli/client/format.ts";
import { createClient } from "../../cli/client/client.ts";
import { summaryLines } from "../../cli/client/summary.ts";
import type { UploadMemory } from "../../cli/client/upload-memory.ts";
import { watchJob } from "../../cli/client/watch.ts";
import { jobProgress } from "../../cli/job-words.ts";
import { progressLine } from "../../cli/progress-line.ts";
import type { JobView } from "../../contracts/api.ts";
import { submitOnce } from "./submit-once.ts";

export interface SampleOptions {
  /** Scheme, host and port of page and API. */
  readonly pageUrl: string;
  readonly apiKey: string | undefined;
  readonly path: string;
  readonly pipelineId: string;
  readonly memory: UploadMemory;
  readonly output: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: string): unknown;
  };
  /** Ends the watching, not the job. */
  readonly signal: AbortSignal;
}

/** Takes a video the way that a user's goes and says what was found; false if the job did not complete. */
export async function runSample(options: SampleOptions): Promise<boolean> {
  const { pageUrl, output, signal } = options;
  const say = (line: string) => output.write(`${line}\n`);
  const progress = progressLine({
    isTerminal: output.isTTY ?? false,
    columns: () => output.columns ?? 80,
    write: (text) => output.write(text),
    now: () => performance.now(),
  });
  const client = createClient({ apiUrl: pageUrl, apiKey: options.apiKey });

  let job: JobView | undefined;
  try {
    const jobId = await submitOnce(client, {
      ...options,
      say,
      onProgress: ({ bytesSent, bytesTotal }) =>
        progress.show({
          label: "upload",
          fraction: bytesSent / bytesTotal,
          detail: `${formatBytes(bytesSent)} of ${formatBytes(bytesTotal)}`,
        }),
    });
    const onTrouble = () => progress.show({ label: "the API does not answer; trying again" });
    for await (job of watchJob(client, jobId, { signal, onTrouble })) {
      progress.show(jobProgress(job));
    }
  } finally {
    progress.end();
  }
  if (!job) return false;

  say("");
  for (const line of summaryLines(job, { pageUrl })) say(line);
  if (job.status === "completed") {
    say(`Files      npx framequeue jobs get ${job.job_id} --out DIR`);
  }
  say("");
  return job.status === "completed";
}
