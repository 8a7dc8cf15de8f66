import { createHash } from "node:crypto";
import type { JobRow } from "../../../contracts/job.ts";
import type { EventBus } from "../../../contracts/ports/event-bus.ts";
import type { JobStore, Moved } from "../../../contracts/ports/job-store.ts";
import type { MediaBucket, ObjectFacts } from "../../../contracts/ports/media-bucket.ts";
import type { IdempotencyStore } from "../../../contracts/ports/job-store.ts";
import type { WorkQueue } from "../../../contracts/ports/work-queue.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import type { Transition } from "../../../contracts/protocol/transition.ts";
import type { SegmentRef } from "../../../contracts/segment.ts";
import { tellingJobStore } from "../../../contracts/protocol/telling-job-store.ts";
import type { Actor } from "./actor.ts";
import { isInjected } from "./calls.ts";
import { movedPrefix } from "./transition-names.ts";
import type { World } from "./world.ts";

/** The ports of one process: the world's services behind calls that may fail, be slow or never be answered. */
export interface Ports {
  readonly events: EventBus;
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly bucket: MediaBucket;
  readonly idempotency: IdempotencyStore;
}

const segmentName = ({ jobId, planFence, index }: SegmentRef) => `${jobId}/${planFence}/${index}`;
const shortOf = (name: string) => name.slice(name.indexOf("/") < 0 ? -4 : 22);

export function portsOf(world: World, actor: Actor): Ports {
  const events: EventBus = {
    tell: (told) =>
      world.call(actor, "events.tell", async () => {
        for (const event of told) {
          world.say(actor.name, `tells ${event.type}`);
          world.audit.told(event);
        }
      }),
  };
  return {
    events,
    // As every process that brings about ends is wired.
    jobs: tellingJobStore({
      jobs: jobStoreOf(world, actor),
      events,
      notTold(jobId, error) {
        world.say(actor.name, `the end of ${jobId} is not told: ${String(error)}`);
        if (!isInjected(error)) world.violation(`an end was not told: ${String(error)}`);
      },
    }),
    queue: queueOf(world, actor),
    bucket: bucketOf(world, actor),
    idempotency: {
      reserve: (entry) =>
        world.call(actor, "idempotency.reserve", () => world.idempotency.reserve(entry)),
    },
  };
}

function jobStoreOf(world: World, actor: Actor): JobStore {
  const { call, store, rows, segmentRows, audit, plant, random, state, say, onMoved, count } =
    world;

  function move<Row extends AnyRow>(
    name: string,
    transition: Transition,
    rowNow: () => AnyRow | undefined,
    write: (transition: Transition) => Promise<Moved<Row>>,
  ): Promise<Moved<Row>> {
    return call(actor, `move ${transition.name}`, () => {
      const before = rowNow();
      const answer = write(plant.transition?.(transition) ?? transition);
      const after = rowNow();
      if (before && after && before !== after) {
        audit.moved(name, { actor, transition, before, after });
        count(`${movedPrefix}${transition.name}`);
        if (after.index === undefined) {
          audit.read(after as JobRow);
          for (const tell of onMoved) tell(after as JobRow);
        }
      }
      say(
        actor.name,
        `${transition.name} ${shortOf(name)} ${before === after ? "NOT moved" : "moved"}: ${words(after)}`,
      );
      return answer;
    });
  }

  const segments: JobStore["segments"] = {
    insert: (row) =>
      call(actor, "segments.insert", () => {
        say(actor.name, `inserts ${shortOf(segmentName(row))}`);
        return store.segments.insert(row);
      }),
    find: (ref) => call(actor, "segments.find", () => store.segments.find(ref)),
    list: (plan) => call(actor, "segments.list", () => store.segments.list(plan)),
    move: (ref, transition) =>
      move(
        segmentName(ref),
        transition,
        () => segmentRows.get(segmentName(ref)),
        (planted) => store.segments.move(ref, planted),
      ),
  };
  return {
    segments,
    insert: (row) =>
      call(actor, "jobs.insert", () => {
        say(actor.name, `inserts ${shortOf(row.jobId)}: ${row.status}`);
        return store.insert(row);
      }),
    find: (jobId) => call(actor, "jobs.find", () => store.find(jobId)),
    move: (jobId, transition) =>
      move(
        jobId,
        transition,
        () => rows.get(jobId),
        (planted) => store.move(jobId, planted),
      ),
    remove: (jobId) =>
      call(actor, "jobs.remove", () => {
        say(actor.name, `removes the row of ${shortOf(jobId)}`);
        return store.remove(jobId);
      }),
    listByOwner: (query) => call(actor, "jobs.listByOwner", () => store.listByOwner(query)),
    listWaiting: (query) => call(actor, "jobs.listWaiting", () => store.listWaiting(query)),
    waiting: (query) => call(actor, "jobs.waiting", () => store.waiting(query)),
    listDue: (query) =>
      call(actor, "jobs.listDue", async () => {
        const ids = await store.listDue(query);
        if (!state.isChaos || !random.chance(world.staleIndex)) return ids;
        world.count("stale index");
        // Of an earlier moment: rows are missing that are due, or are there that are not any more.
        if (random.chance(0.5)) return ids.slice(random.whole(0, ids.length));
        return [...rows.values()].map((row) => row.jobId);
      }),
  };
}

const words = (row: AnyRow | undefined): string =>
  row
    ? `${row.status}${row.phase ? ` ${row.phase}` : ""} run ${row.run} fence ${row.fence} attempts ${row.attempts}`
    : "no row";

function queueOf(world: World, actor: Actor): WorkQueue {
  const { call, work, say, state } = world;
  return {
    queueId: work.queueId,
    send: (message) =>
      call(actor, "queue.send", async () => {
        say(
          actor.name,
          `sends ${message.kind}${"segment" in message ? ` ${message.segment}` : ""}`,
        );
        work.send(JSON.stringify(message));
      }),
    async receive({ waitSeconds, ...options }) {
      const message = await call(actor, "queue.receive", () =>
        // Once nothing disturbs any more, an empty answer would only be asked for again.
        work.receive(actor, { ...options, waitSeconds: state.isChaos ? waitSeconds : Infinity }),
      );
      if (message) say(actor.name, `receives ${message.body} (${message.receiveCount})`);
      return message;
    },
    renew: (receipt, seconds) =>
      call(actor, "queue.renew", async () => work.renew(receipt, seconds)),
    acknowledge: (receipt) =>
      call(actor, "queue.acknowledge", async () => work.acknowledge(receipt)),
    depth: () => call(actor, "queue.depth", () => work.depth()),
  };
}

function bucketOf(world: World, actor: Actor): MediaBucket {
  const { call, bucket, say, plant, audit, rows } = world;

  /** What the auditor sees of an object after a write. */
  function stored(key: string): void {
    const body = bucket.objects.get(key)?.body;
    const jobId = key.split("/")[1]!;
    const isDeleted = rows.get(jobId)?.deletedAt !== undefined;
    audit.stored(key, body && createHash("sha256").update(body).digest("hex"), isDeleted);
  }

  return {
    ...bucket,
    head: (key) => call(actor, "bucket.head", () => bucket.head(key)),
    read: (key, options) => call(actor, "bucket.read", () => bucket.read(key, options)),
    create: (key, body, facts) =>
      call(actor, "bucket.create", async () => {
        say(actor.name, `puts ${key.slice(key.indexOf("/r"))}`);
        if (plant.sharedResultKey) bucket.store(key, body as Uint8Array);
        else await bucket.create(key, body, facts);
        stored(key);
      }),
    async *list(prefix) {
      yield* await call(actor, "bucket.list", async () => {
        const facts: ObjectFacts[] = [];
        for await (const each of bucket.list(prefix)) facts.push(each);
        return facts;
      });
    },
    removeAll: (prefix) =>
      call(actor, "bucket.removeAll", async () => {
        say(actor.name, `removes ${prefix}`);
        await bucket.removeAll(prefix);
      }),
    remove: (key) =>
      call(actor, "bucket.remove", async () => {
        say(actor.name, `removes ${key}`);
        await bucket.remove(key);
        stored(key);
      }),
  };
}
