import { Option } from "@commander-js/extra-typings";
import type { JobView } from "../../contracts/api.ts";
import { jobStatuses } from "../../contracts/work-row.ts";
import { limits } from "../../contracts/limits.ts";
import { columns } from "../client/summary.ts";
import { numberFrom } from "../detect-request.ts";
import { exitCodeOf, followJob } from "../follow-job.ts";
import { jobGist } from "../job-words.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session, System } from "../session.ts";
import { showJob } from "../show-job.ts";
import { addJobsExport } from "./jobs-export.ts";

const json = ["--json", "print one object"] as const;
const out = ["--out <dir>", "save the results there, checked by sha256"] as const;

/** `jobs …`: looks at jobs, and stops, repeats or removes them. */
export function addJobs(program: Program, session: Session, exit: SetExitCode): void {
  const { output, signal } = session;
  const jobs = program
    .command("jobs")
    .description("look at jobs, export, stop, repeat or remove them");

  jobs
    .command("ls")
    .description("list jobs, newest first")
    .addOption(new Option("--status <status>", "only these").choices(jobStatuses))
    .option("--limit <n>", "how many", numberFrom({ min: 1, max: 10_000, whole: true }), 50)
    .option(...json)
    .action(async (flags) => {
      const found = await list(session.connect(), flags, signal);
      if (flags.json) output.json({ jobs: found });
      else if (found.length === 0) output.words("There are no jobs.");
      else for (const line of columnsOf(found)) output.data(line);
    });

  jobs
    .command("get")
    .description("one job, with links to its results")
    .argument("<id>")
    .option(...out)
    .option(...json)
    .action(async (id, flags) => {
      const system = session.connect();
      const job = await system.client.getJob(id, { signal });
      await showJob(session, system, job, flags);
      if (!flags.json) for (const line of historyLines(job)) output.data(line);
    });

  addJobsExport(jobs, session);

  jobs
    .command("watch")
    .description("follow a job to its end")
    .argument("<id>")
    .option(...out)
    .option(...json)
    .option("--timeout <seconds>", "stop waiting after that", numberFrom({ min: 1, max: 1e6 }))
    .action(async (id, flags) => {
      const system = session.connect();
      const job = await followJob(session, system, id, { timeoutSeconds: flags.timeout });
      await showJob(session, system, job, flags);
      exit(exitCodeOf(job));
    });

  jobs
    .command("cancel")
    .description("stop a job; its run never completes")
    .argument("<id>")
    .option(...json)
    .action(async (id, flags) => {
      const job = await session.connect().client.cancelJob(id, { signal });
      if (flags.json) output.json({ job });
      output.words(
        job.status === "cancelled" ? `Job ${id} is cancelled.` : `Job ${id} is being stopped.`,
      );
    });

  jobs
    .command("retry")
    .description("start the next run of a failed or cancelled job")
    .argument("<id>")
    .option(...json)
    .action(async (id, flags) => {
      const job = await session.connect().client.retryJob(id, { signal });
      if (flags.json) output.json({ job });
      output.words(
        `Job ${id} starts run ${job.run}. Watch it:`,
        `  ${session.commandName} jobs watch ${id}`,
      );
    });

  jobs
    .command("rm")
    .description("remove jobs, their videos and everything found, for good")
    .argument("<id...>")
    .action(async (ids) => {
      const { client } = session.connect();
      for (const id of ids) {
        await client.deleteJob(id, { signal });
        output.words(`Job ${id} is gone.`);
      }
    });
}

async function list(
  { client }: System,
  { status, limit }: { status?: JobView["status"] | undefined; limit: number },
  signal: AbortSignal,
): Promise<JobView[]> {
  const found: JobView[] = [];
  let cursor: string | null = null;
  do {
    const page = await client.listJobs(
      {
        ...(status && { status }),
        ...(cursor !== null && { cursor }),
        limit: Math.min(limits.pageSizeMax, limit - found.length),
      },
      { signal },
    );
    found.push(...page.jobs);
    cursor = page.next_cursor;
  } while (cursor !== null && found.length < limit);
  return found;
}

const columnsOf = (found: readonly JobView[]): string[] => {
  const rows = found.map((job) => [
    job.job_id,
    job.status,
    job.pipeline_id,
    job.created_at.slice(0, 19).replace("T", " "),
    jobGist(job),
    job.filename,
  ]);
  return columns([["id", "status", "pipeline", "created (UTC)", "gist", "file"], ...rows], "left");
};

function historyLines({ history, attempts, run }: JobView): string[] {
  return [
    "",
    `Run ${run}, ${attempts.used} of ${attempts.max} attempts used. History:`,
    ...history.map(({ at, event, segment, worker_id, code, message }) => {
      const of = segment !== undefined && `segment ${segment}`;
      const more = [of, worker_id && `by ${worker_id}`, code, message].filter(Boolean).join(" ");
      return `  ${at}  ${event.replaceAll("_", " ")}${more && `  ${more}`}`;
    }),
  ];
}
