import type { JobId } from "../../../contracts/job-id.ts";
import type { JobRow } from "../../../contracts/job.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import type { SegmentRow } from "../../../contracts/segment.ts";
import { timingFor } from "../../../contracts/timing.ts";
import { memoryIdempotencyStore } from "../../support/memory-idempotency-store.ts";
import { memoryJobStore } from "../../support/memory-job-store.ts";
import { memoryMediaBucket } from "../../support/memory-media-bucket.ts";
import { memoryMediaSigner } from "../../support/memory-media-signer.ts";
import { memoryWorkerRegistry } from "../../support/memory-worker-registry.ts";
import { anActor, type Actor } from "./actor.ts";
import { auditor } from "./audit.ts";
import { caller, type Fates } from "./calls.ts";
import type { FakeVideo, Trouble } from "./fake-video.ts";
import type { Random } from "./random.ts";
import { noMischief, simulatedQueue, type Mischief } from "./simulated-queue.ts";
import { virtualTime } from "./virtual-time.ts";

/** One job of a history, as the harness knows it from outside. */
export interface KnownJob {
  readonly video: FakeVideo;
  readonly trouble: Trouble;
  jobId?: JobId | undefined;
  /** The video is in the bucket, whole. */
  accepted: boolean;
  /** A person asked for its end, and was told that it is so. */
  deleteAsked: boolean;
  deleted: boolean;
  cancelAsked: boolean;
}

/** A fault put into the harness in place of the product's behaviour, so that the oracle can be seen to find it. */
export interface Plant {
  readonly transition?: (transition: Transition) => Transition;
  readonly noSweeper?: boolean;
  readonly noSegmentSweep?: boolean;
  readonly unconditionalDeadLetter?: boolean;
  readonly sharedResultKey?: boolean;
}

/** A job of which nothing has happened yet. */
export const aKnownJob = (video: FakeVideo, trouble: Trouble = { is: "none" }): KnownJob => ({
  video,
  trouble,
  accepted: false,
  deleteAsked: false,
  deleted: false,
  cancelAsked: false,
});

export interface WorldOptions {
  readonly random: Random;
  readonly leaseSeconds: number;
  readonly receivesMax: number;
  readonly fates: Fates;
  readonly mischief: Mischief;
  /** How often an index shows an earlier state. */
  readonly staleIndex: number;
  readonly plant: Plant;
  /** Takes a line for each thing that happens. Absent: nobody reads along. */
  readonly trace?: (line: string) => void;
}

const startsAt = Date.UTC(2026, 0, 1);

/** The services that outlive every process, one clock, and who watches them. */
export type World = ReturnType<typeof aWorld>;

export function aWorld(options: WorldOptions) {
  const { random, leaseSeconds, receivesMax, fates, staleIndex, plant, trace } = options;
  const time = virtualTime(startsAt);
  const violations: string[] = [];
  const counts: Record<string, number> = {};
  const state = { isChaos: true, ids: 0 };
  const jobs: KnownJob[] = [];
  const onMoved: ((row: JobRow) => void)[] = [];
  const rows = new Map<string, JobRow>();
  const segmentRows = new Map<string, SegmentRow>();
  const bucket = memoryMediaBucket(time.now);

  const say = (who: string, words: string): void => {
    if (!trace) return;
    const seconds = ((time.now() - startsAt) / 1000).toFixed(3).padStart(10);
    trace(`${seconds}  ${who.padEnd(14)} ${words}`);
  };
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const violation = (what: string): void => {
    say("VIOLATION", what);
    violations.push(what);
  };
  const mischief = () => (state.isChaos ? options.mischief : noMischief);
  const noteMessage = (what: keyof Mischief, words: string): void => {
    count(`message ${what}`);
    say("queue", `${what}: ${words}`);
  };
  const queueOf = (
    name: string,
    receives: number,
    bury: (body: string) => void,
    given: () => Mischief = mischief,
  ) =>
    simulatedQueue({
      name,
      time,
      random,
      mischief: given,
      note: noteMessage,
      receivesMax: receives,
      bury,
    });

  const deadLetters = queueOf("dead-letters", Infinity, () => {});
  const work = queueOf("work", receivesMax, (body) => {
    count("dead letter");
    say("queue", `dead letter: ${body}`);
    deadLetters.send(body);
  });

  return {
    time,
    random,
    plant,
    state,
    jobs,
    /** Who wants to know of each change of a job's row. */
    onMoved,
    rows,
    segmentRows,
    bucket,
    violations,
    counts,
    staleIndex,
    say,
    count,
    violation,
    audit: auditor({ violation }),
    store: memoryJobStore(rows, segmentRows, (value) => value),
    idempotency: memoryIdempotencyStore(time.now),
    signer: memoryMediaSigner(time.now),
    registry: memoryWorkerRegistry(new Map(), time.now),
    timing: timingFor(leaseSeconds),
    work,
    deadLetters,
    // Nobody can know of a file in the inbox but by its event; those of uploads are lost before they get here.
    uploadEvents: queueOf(
      "upload-events",
      Infinity,
      () => {},
      () => ({ ...mischief(), lost: 0 }),
    ),
    /** What the event bus did not take; SQS loses nothing. */
    untakenEnds: queueOf(
      "untaken-ends",
      Infinity,
      () => {},
      () => ({ ...mischief(), lost: 0 }),
    ),
    call: caller({
      time,
      fates: (actor, site) => fates(actor, site),
      note: (actor, words) => say(actor.name, words),
    }),

    /** One invocation of a function: a process that lives as long as it answers. Throws InjectedError where it dies. */
    invoke<Answer>(name: string, run: (actor: Actor) => Promise<Answer>): Promise<Answer> {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const outside = (settle: () => void) => time.after(0, undefined, settle);
      const actor: Actor = anActor(`${name}-${++state.ids}`, "function", () => {
        count("function killed");
        time.after(1000, undefined, () => reject(new Error(`injected: ${name} died`)));
      });
      time.as(actor, () => {
        void run(actor).then(
          (answer) => outside(() => resolve(answer)),
          (error: Error) => outside(() => reject(error)),
        );
      });
      return promise;
    },

    pause: (seconds: number) =>
      new Promise<void>((resolve) => time.after(seconds * 1000, undefined, resolve)),

    knownJob: (filename: string): KnownJob =>
      jobs.find(({ video }) => filename === `${video.name}.mp4`)!,
  };
}
