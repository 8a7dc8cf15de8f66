import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { ecsFleet } from "../../aws/ecs-fleet.ts";

const now = Date.UTC(2026, 0, 1, 12);
const ago = (seconds: number) => new Date(now - seconds * 1000);

function fleetOf({ alive = [], stopped = [] }: { alive?: Task[]; stopped?: Task[] } = {}) {
  const ecs = mockClient(ECSClient);
  for (const [desiredStatus, tasks] of [
    ["RUNNING", alive],
    ["STOPPED", stopped],
  ] as const) {
    const taskArns = tasks.map((_, index) => `${desiredStatus}-${index}`);
    ecs.on(ListTasksCommand, { desiredStatus }).resolves({ taskArns });
    ecs.on(DescribeTasksCommand, { tasks: taskArns }).resolves({ tasks });
  }
  const client = new ECSClient({ region: "eu-west-1" });
  const fleet = ecsFleet({
    client,
    clusterArn: "cluster",
    taskDefinitionArn: "task",
    capacityProvider: "gpus",
    idleExitSeconds: 60,
    now: () => now,
  });
  return { ecs, fleet };
}

const running = (startedSecondsAgo: number, bootSeconds = 200): Task => ({
  lastStatus: "RUNNING",
  createdAt: ago(startedSecondsAgo + bootSeconds),
  startedAt: ago(startedSecondsAgo),
});
const exited = (endedSecondsAgo: number, exitCode: number, lived = 10): Task => ({
  stopCode: "EssentialContainerExited",
  startedAt: ago(endedSecondsAgo + lived),
  stoppedAt: ago(endedSecondsAgo),
  containers: [{ exitCode }],
});

test("an empty cluster has nothing", async () => {
  const { fleet } = fleetOf();

  expect(await fleet.view()).toEqual({ starting: 0, running: 0, failures: { count: 0 } });
});

test("a task whose container has only just begun is still on its way", async () => {
  const alive = [{ lastStatus: "PROVISIONING" }, running(5), running(60), running(900)];
  const { fleet } = fleetOf({ alive });

  expect(await fleet.view()).toMatchObject({ starting: 2, running: 2 });
});

test("a boot is from asking to the container, the median of those that run", async () => {
  const { fleet } = fleetOf({ alive: [running(60, 180), running(60, 240), running(60, 600)] });

  expect(await fleet.view()).toMatchObject({ bootSeconds: 240 });
});

test("tasks died at their start if they never began, or ended soon with an error", async () => {
  const never: Task = { stopCode: "TaskFailedToStart", stoppedAt: ago(50) };
  const { fleet } = fleetOf({ stopped: [never, exited(100, 1)] });

  expect(await fleet.view()).toMatchObject({ failures: { count: 2, lastAt: now - 50_000 } });
});

test("a worker that ended for want of work, one that worked before it failed, and one that Spot took did not", async () => {
  const taken: Task = { ...exited(50, 137), stopCode: "SpotInterruption" };
  const { fleet } = fleetOf({ stopped: [exited(50, 0, 5), exited(50, 1, 500), taken] });

  expect(await fleet.view()).toMatchObject({ failures: { count: 0 } });
});

test("a task that lives forgives those that died before it", async () => {
  const { fleet } = fleetOf({ alive: [running(130)], stopped: [exited(400, 1)] });

  expect(await fleet.view()).toMatchObject({ failures: { count: 0 } });
});

test("starting asks the capacity provider once per token, and tells the worker whose it is and when to end", async () => {
  const { ecs, fleet } = fleetOf();
  ecs.on(RunTaskCommand).resolves({ tasks: [{}], failures: [{ reason: "RESOURCE:GPU" }] });

  expect(await fleet.start(2, "t-1")).toBe(1);

  expect(ecs.commandCalls(RunTaskCommand)[0]!.args[0].input).toEqual({
    cluster: "cluster",
    taskDefinition: "task",
    count: 2,
    clientToken: "t-1",
    capacityProviderStrategy: [{ capacityProvider: "gpus", weight: 1 }],
    overrides: {
      containerOverrides: [
        {
          name: "worker",
          environment: [
            { name: "FLEET", value: "ecs" },
            { name: "IDLE_EXIT_SECONDS", value: "60" },
          ],
        },
      ],
    },
  });
});
