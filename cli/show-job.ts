import { resolve } from "node:path";
import type { JobView, ResultsView } from "../contracts/api.ts";
import { isTerminal } from "../contracts/work-row.ts";
import { summaryLines } from "./client/summary.ts";
import { jobProgress } from "./job-words.ts";
import { saveResults } from "./save-results.ts";
import type { Session, System } from "./session.ts";

interface ShowFlags {
  readonly json?: boolean | undefined;
  readonly out?: string | undefined;
}

/** Prints the job and its links, as one object or as lines for a person; saves its results where `out` says so. */
export async function showJob(
  session: Session,
  { client, pageUrl }: System,
  job: JobView,
  { json, out }: ShowFlags,
): Promise<void> {
  const { output, signal, commandName } = session;
  const results =
    job.status === "completed" ? await client.getResults(job.job_id, { signal }) : undefined;
  if (out !== undefined) await save(session, job, results, out);

  if (json) return output.json({ job, results: results ?? null });
  if (isTerminal(job.status)) {
    for (const line of summaryLines(job, { results, pageUrl, commandName })) output.data(line);
    return;
  }
  const { label, detail } = jobProgress(job);
  output.data(`Job ${job.job_id} (${job.filename}): ${[label, detail].filter(Boolean).join("  ")}`);
}

async function save(
  { output, workingDirectory, signal }: Session,
  { job_id, status }: JobView,
  results: ResultsView | undefined,
  out: string,
): Promise<void> {
  if (!results) {
    output.words(`Job ${job_id} is ${status}: there are no results to save.`);
    return;
  }
  const folder = resolve(workingDirectory, out);
  const onFile = (name: string) => output.progress.show({ label: "save", detail: name });
  await saveResults(results, folder, { signal, onFile });
  output.words(`Saved in ${folder}`);
}
