import type { Edit } from "../test/support/tree-copy.ts";

/** A fault of the kind that end-to-end tests are there for. */
export interface PlantedFault {
  /** What the predecessor, or a tired engineer, might have written. */
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The end-to-end test that must see it: its file without an ending, and words of its title. */
  readonly test: readonly [file: string, title: string];
}

/** Each is planted in a copy of the checkout, and its end-to-end test must go red: a test that cannot fail is a defect. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: "boxes are a few pixels off",
    edits: [
      {
        file: "gpu-worker/detector/letterbox.ts",
        from: "within((x1 - left) / scaleX, source.width)",
        to: "within((x1 - left) / scaleX - 40, source.width)",
      },
    ],
    test: ["completes", "crosses three processes"],
  },
  {
    name: "the API asks for messages of a queue of its own",
    edits: [
      {
        file: "contracts/protocol/dispatch.ts",
        from: "await queue.send(",
        to: "await (async (..._lost: unknown[]) => {})(",
      },
    ],
    test: ["why-it-waits", "a worker that starts later takes it"],
  },
  {
    name: "nobody asks which queue a worker polls",
    edits: [
      {
        file: "functions/api/blocked-reason.ts",
        from: "alive.filter((worker) => worker.queueId === queueId)",
        to: "alive.filter((worker) => worker.queueId !== undefined || queueId)",
      },
    ],
    test: ["why-it-waits", "named with both queues"],
  },
  {
    name: "a job without a worker is silent",
    edits: [
      {
        file: "functions/api/blocked-reason.ts",
        from: "if (!here.length) return absenceReason(alive, facts);",
        to: "if (!here.length) return null;",
      },
    ],
    test: ["why-it-waits", "without a worker a job says so"],
  },
  {
    name: "the heartbeat beats between jobs only",
    edits: [
      {
        file: "gpu-worker/heartbeat.ts",
        from: "next = setTimeout(() => void beat(), seconds * 1000);",
        to: 'next = setTimeout(() => void (shown.state === "working" || beat()), seconds * 1000);',
      },
    ],
    test: ["why-it-waits", "the heartbeat moves"],
  },
  {
    name: "a dead worker's lease never ends",
    edits: [
      { file: "contracts/protocol/worker-transitions.ts", from: "abandoned(now, timing),", to: "" },
      {
        file: "contracts/protocol/sweeper-transitions.ts",
        from: 'below("leaseUntil", now - timing.marginSeconds * 1000),',
        to: 'below("leaseUntil", 0),',
      },
    ],
    test: ["whatever-dies", "a worker killed in mid-video"],
  },
  {
    name: "what the stores keep goes with their process",
    edits: [
      {
        file: "local/aws/local-aws.ts",
        from: 'join(stateDirectory, "aws.db")',
        to: "join(stateDirectory, `aws-${process.pid}.db`)",
      },
    ],
    test: ["whatever-dies", "every process killed at once"],
  },
  {
    name: "a cancel is only written down",
    edits: [
      {
        file: "contracts/protocol/owner-transitions.ts",
        from: "set: { cancelRequestedAt: now },",
        to: "",
      },
    ],
    test: ["whatever-dies", "a cancelled job stops its worker"],
  },
  {
    name: "workers do not notice that their starter was killed",
    edits: [
      {
        file: "gpu-worker/starter.ts",
        from: 'self.once("disconnect", gone);',
        to: "",
      },
    ],
    test: ["starter-dies", "whose starter is killed"],
  },
  {
    name: "a function lacks a right, and goes on without",
    edits: [{ file: "infra/grants.ts", from: "onUpload: [\n      tell,", to: "onUpload: [" }],
    test: ["completes", "crosses three processes"],
  },
  {
    name: "so does the machine's own worker",
    edits: [{ file: "infra/grants.ts", from: "worker: [\n      tell,", to: "worker: [" }],
    test: ["completes", "crosses three processes"],
  },
];
