import { PermanentError } from "../../../contracts/errors.ts";
import type { JobId } from "../../../contracts/job-id.ts";
import { limits } from "../../../contracts/limits.ts";
import { keys } from "../../../contracts/keys.ts";
import type { Behaviours } from "../../../functions/api/route-request.ts";
import type { JobRow } from "../../../contracts/job.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { isInjected } from "./calls.ts";
import { ask } from "./functions.ts";
import type { Doings, Moment } from "./doings.ts";
import type { KnownJob, World } from "./world.ts";

export const owner = "owner";
const videoBytes = 10;
const pauseSeconds = 2;

/** Plays a person who tries again after each failure that is not the person's own. */
export async function play(world: World, job: KnownJob, doings: Doings): Promise<void> {
  const begin = world.time.now();
  const until = (at: number) =>
    world.pause(Math.max(0, at - (world.time.now() - begin) / 1000) + 0.001);

  await until(doings.at);
  if (doings.via === "api") await submit(world, job, doings);
  else putIntoInbox(world, job);
  // Each by itself: two people may do two things at once.
  const later = doings.later.map(async ({ at, once, does }) => {
    if (once) {
      await Promise.race([until(at), reached(world, job, once)]);
      await world.pause(world.random.next() * 1.5);
    } else await until(at);
    const jobId = (job.jobId ??= foundInInbox(world, job));
    if (jobId) await act[does](world, job, jobId);
  });
  await Promise.all(later);
}

const isAt: Readonly<Record<Moment, (row: JobRow) => boolean>> = {
  running: ({ status }) => status === "running",
  detect: ({ status, phase }) => status === "running" && phase === "detect",
  assemble: ({ status, phase }) => status === "running" && phase === "assemble",
  cancel_requested: ({ cancelRequestedAt }) => cancelRequestedAt !== undefined,
  ended: ({ status }) => isTerminal(status),
};

const reached = (world: World, job: KnownJob, moment: Moment): Promise<void> =>
  new Promise((resolve) => {
    world.onMoved.push((row) => {
      if (row.filename === `${job.video.name}.mp4` && isAt[moment](row)) {
        world.time.after(0, undefined, resolve);
      }
    });
  });

async function submit(world: World, job: KnownJob, { upload, event }: Doings): Promise<void> {
  const { name } = job.video;
  const answer = await insist(world, "submit", (api) =>
    api.submitVideo({
      owner,
      jobId: undefined,
      query: undefined,
      idempotencyKey: name,
      body: {
        filename: `${name}.mp4`,
        size_bytes: videoBytes,
        content_type: "video/mp4",
        pipeline_id: "pitch",
        options: {},
      },
    }),
  );
  if (answer === undefined) return;
  job.jobId = answer.job_id as JobId;
  if (upload === "never") return;
  world.time.after((typeof upload === "number" ? upload : 1) * 1000, undefined, () => {
    job.accepted = upload !== "wrong_size";
    put(world, keys.upload(job.jobId!), Buffer.alloc(job.accepted ? videoBytes : 3), event);
  });
}

function putIntoInbox(world: World, job: KnownJob): void {
  job.accepted = true;
  put(world, inboxKey(job), Buffer.alloc(videoBytes), true);
}

const inboxKey = ({ video }: KnownJob) => `${keys.inbox}${owner}/${video.name}.mp4`;

/** The job that a file in the inbox became. */
export const foundInInbox = ({ rows }: World, job: KnownJob): JobId | undefined =>
  [...rows.values()].find(({ source }) => source?.key === inboxKey(job))?.jobId;

function put(world: World, key: string, body: Buffer, event: boolean): void {
  world.say("person", `puts ${key}`);
  world.bucket.store(key, body);
  if (!event) return;
  world.uploadEvents.send(
    JSON.stringify({ "detail-type": "Object Created", detail: { object: { key } } }),
  );
}

const act = {
  async cancel(world: World, job: KnownJob, jobId: JobId): Promise<void> {
    job.cancelAsked = true;
    const view = await insist(world, "cancel", (api) => api.cancelJob(about(jobId)));
    if (view) {
      world.say("person", `is told that run ${view.run} is cancelled: ${view.status}`);
      world.audit.cancelAcknowledged(jobId, view.run);
    }
  },
  async retry(world: World, _job: KnownJob, jobId: JobId): Promise<void> {
    await insist(world, "retry", (api) => api.retryJob(about(jobId)));
  },
  async look(world: World, _job: KnownJob, jobId: JobId): Promise<void> {
    await insist(world, "get", (api) => api.getJob(about(jobId)));
    const query = { limit: limits.pageSizeDefault };
    await insist(world, "list", (api) =>
      api.listJobs({ ...about(jobId), jobId: undefined, query }),
    );
  },
  async delete(world: World, job: KnownJob, jobId: JobId): Promise<void> {
    job.deleteAsked = true;
    await insist(world, "delete", (api) => api.deleteJob(about(jobId)));
    // A second try finds no job: the first had worked.
    job.deleted = true;
  },
};

const about = (jobId: JobId) => ({
  owner,
  jobId,
  query: undefined,
  body: undefined,
  idempotencyKey: undefined,
});

/** Asks until there is an answer; undefined when the answer is that it cannot be. */
async function insist<Answer>(
  world: World,
  name: string,
  request: (api: Behaviours) => Promise<Answer>,
): Promise<Answer | undefined> {
  for (;;) {
    try {
      return await ask(world, name, request);
    } catch (error) {
      world.say("person", `${name} fails: ${String(error)}`);
      if (error instanceof PermanentError) return undefined;
      const isBusy = String(error).includes("changed hands at every try");
      if (!isInjected(error) && !isBusy) world.violation(`${name} failed with ${String(error)}`);
      await world.pause(pauseSeconds);
    }
  }
}
