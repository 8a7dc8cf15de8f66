import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { copyTree, edited, type Edit } from "../test/support/tree-copy.ts";

interface Fault {
  /** What the predecessor, or a tired engineer, might have written. */
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly test: readonly [file: string, title: string];
}

// A test that cannot fail is a defect: each fault is planted in a copy of the checkout, and its end-to-end test must go red.
const faults: readonly Fault[] = [
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
        from: "      await beat();\n      await wait",
        to: '      if (shown.state !== "working") await beat();\n      await wait',
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
];

await using copy = await copyTree();
const { folder } = copy;

let blind = 0;
for (const { name, edits, test } of faults) {
  using _planted = edited(folder, edits);
  const { stdout } = spawnSync(
    join(folder, "node_modules/.bin/vitest"),
    ["run", "--project", "system", `test/end-to-end/${test[0]}.test.ts`, "-t", test[1]],
    { cwd: folder, encoding: "utf8" },
  );

  const sees = /1 failed/.test(stdout);
  console.log(`${sees ? "sees it " : "BLIND   "} ${name}`);
  if (!sees) blind++;
}
process.exitCode = blind === 0 ? 0 : 1;
