import {
  memoryConfiguration,
  memoryWorkerCredentials,
} from "../../support/memory-worker-credentials.ts";
import { jobIdFrom } from "../../../contracts/job-id.ts";
import type { JobRow } from "../../../contracts/job.ts";
import { present } from "../../../contracts/protocol/transition.ts";
import { readMessage } from "../../../contracts/message.ts";
import { behaviours } from "../../../functions/api/behaviours.ts";
import type { Behaviours } from "../../../functions/api/route-request.ts";
import { deadLetter } from "../../../functions/dead-letter/dead-letter.ts";
import { ComesBack } from "../../../functions/comes-back.ts";
import { deliverWebhooks } from "../../../functions/deliver-webhooks/deliver-webhooks.ts";
import type { Log } from "../../../functions/log.ts";
import { onUpload } from "../../../functions/on-upload/on-upload.ts";
import { sweep } from "../../../functions/sweep/sweep.ts";
import { memoryWebhooks } from "../../support/memory-webhooks.ts";
import type { Actor } from "./actor.ts";
import { isInjected } from "./calls.ts";
import { portsOf, type Ports } from "./ports.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import type { World } from "./world.ts";

/** Visibility of what a function is given: its timeout and some more. */
const functionVisibilitySeconds = 45;

const dependenciesOf = (world: World, actor: Actor) => ({
  ...portsOf(world, actor),
  timing: world.timing,
  now: world.time.now,
  log: logOf(world, actor),
  newJobId: () =>
    jobIdFrom(
      world.time.now(),
      Uint8Array.from({ length: 10 }, () => world.random.whole(0, 255)),
    ),
});

/** Runs a function for each message of its queue, and leaves the message to come again where that fails. */
function consume(
  world: World,
  queue: SimulatedQueue,
  name: string,
  handlerOf: (
    ports: ReturnType<typeof dependenciesOf>,
  ) => (body: string, messageId: string) => Promise<void>,
): void {
  async function answer(body: string, receipt: string): Promise<void> {
    world.say("event source", `${name}: ${body}`);
    try {
      await world.invoke(name, (actor) =>
        handlerOf(dependenciesOf(world, actor))(body, receipt.split("#")[0]!),
      );
      queue.acknowledge(receipt);
    } catch (error) {
      mustBeInjected(world, name, error);
    }
  }

  async function consuming(): Promise<never> {
    for (;;) {
      const message = await queue.receive(undefined, {
        waitSeconds: Infinity,
        visibilitySeconds: functionVisibilitySeconds,
      });
      if (message) void answer(message.body, message.receipt);
    }
  }
  void consuming();
}

function mustBeInjected(world: World, name: string, error: unknown): void {
  world.say(name, `fails: ${String(error)}`);
  // What comes back stays in its queue, as a failure does.
  if (error instanceof ComesBack) return;
  if (!isInjected(error)) world.violation(`${name} failed with ${String(error)}`);
}

/** Attaches on-upload and dead-letter to their queues. */
export function startFunctions(world: World): void {
  consume(world, world.uploadEvents, "on-upload", (ports) =>
    onUpload({ ...ports, inboxPipeline: "pitch" }),
  );
  consume(world, world.untakenEnds, "deliver-webhooks", (ports) => {
    const { deliveryQueue, ...rest } = memoryWebhooks();
    const deliver = deliverWebhooks({ ...ports, ...rest, deliveryQueue, post: noPost });
    return (body, messageId) => deliver(body, messageId, "receipt");
  });
  consume(world, world.deadLetters, "dead-letter", (ports) =>
    world.plant.unconditionalDeadLetter ? failsAlways(ports) : deadLetter(ports),
  );
}

/** Nobody has a webhook here. */
const noPost = () => Promise.reject(new Error("there is nobody to post to"));

/** The planted fault: a dead letter fails its job, whatever became of it. */
const failsAlways =
  ({ jobs, now }: Ports & { now: () => number }) =>
  async (body: string): Promise<void> => {
    const error = { code: "DEAD_LETTERED", message: "Workers received it" } as const;
    const message = readMessage(body);
    if (!message) return;
    await jobs.move(message.job_id, {
      name: "failAlways",
      condition: present("status"),
      update: {
        set: { status: "failed", error, finishedAt: now() },
        add: { fence: 1 },
        remove: ["waitingQueue", "waitingSince"],
      },
      hadWorked: () => false,
    });
  };

/** One tick of the sweeper. */
export function runSweeper(world: World): void {
  world
    .invoke("sweep", (actor) => {
      const dependencies = dependenciesOf(world, actor);
      const { jobs } = dependencies;
      const isBlind = (row: JobRow | undefined) =>
        world.plant.noSegmentSweep && row?.phase === "detect" && row.status === "running";
      return sweep({
        count: () => {},
        ...dependencies,
        jobs: {
          ...jobs,
          async find(jobId) {
            const row = await jobs.find(jobId);
            return isBlind(row) ? undefined : row;
          },
        },
      })();
    })
    .catch((error: unknown) => {
      // What it could not sweep was logged, each with its error.
      const isReported = String(error).includes("could not be swept");
      if (!isReported) mustBeInjected(world, "sweep", error);
    });
}

/** A request to the API, answered by a process of its own. */
export const ask = <Answer>(
  world: World,
  name: string,
  request: (api: Behaviours) => Promise<Answer>,
): Promise<Answer> =>
  world.invoke(`api-${name}`, (actor) =>
    request(
      behaviours({
        ...dependenciesOf(world, actor),
        // Nobody asks for any here.
        ...memoryWebhooks(),
        deliveryQueue: {
          send: (message) =>
            world.call(actor, "deliveries.send", async () =>
              world.untakenEnds.send(JSON.stringify(message)),
            ),
        },
        workers: world.registry,
        scaler: { find: async () => undefined },
        signer: world.signer,
        credentials: memoryWorkerCredentials(() => 0),
        configuration: memoryConfiguration,
        aliveSeconds: 35,
        revokedWithinSeconds: 60,
        uploadBytesMax: 1e9,
      }),
    ),
  );

function logOf(world: World, actor: Actor): Log {
  const line = (level: string) => (message: string, details: Record<string, unknown>) => {
    const error = details["error"] as Error | undefined;
    if (level !== "info") world.say(actor.name, `log: ${message} ${error?.message ?? ""}`);
    if (error !== undefined && !isInjected(error)) {
      world.violation(`${actor.name} failed: ${message} ${error.message}`);
    }
  };
  return { info: line("info"), warn: line("warn"), error: line("error") };
}
