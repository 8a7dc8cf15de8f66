import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { limits } from "../contracts/limits.ts";
import type { Fleet, FleetView } from "../contracts/ports/fleet.ts";
import { fleetName, workerContainer } from "../contracts/environment.ts";

export interface EcsFleetDependencies {
  readonly client: ECSClient;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly capacityProvider: string;
  /** A worker that finds no work ends after this. */
  readonly idleExitSeconds: number;
  readonly now: () => number;
}

/** DescribeTasks' own maximum; more tasks than that are never asked for. */
const describedMax = 100;

/** Tasks on an ECS cluster of our own: whatever runs there is a worker of ours. */
export function ecsFleet(dependencies: EcsFleetDependencies): Fleet {
  const { client, clusterArn: cluster, taskDefinitionArn, capacityProvider, now } = dependencies;
  const environment = [
    { name: "FLEET", value: fleetName },
    { name: "IDLE_EXIT_SECONDS", value: `${dependencies.idleExitSeconds}` },
  ];

  async function tasks(desiredStatus: "RUNNING" | "STOPPED"): Promise<readonly Task[]> {
    const listed = await client.send(
      new ListTasksCommand({ cluster, desiredStatus, maxResults: describedMax }),
    );
    if (!listed.taskArns?.length) return [];
    const described = await client.send(
      new DescribeTasksCommand({ cluster, tasks: listed.taskArns }),
    );
    return described.tasks ?? [];
  }

  return {
    async view() {
      // ECS keeps a stopped task for about an hour.
      const [alive, stopped] = await Promise.all([tasks("RUNNING"), tasks("STOPPED")]);
      return viewOf(alive, stopped, now());
    },

    async start(count, token) {
      const answer = await client.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: taskDefinitionArn,
          count,
          clientToken: token,
          capacityProviderStrategy: [{ capacityProvider, weight: 1 }],
          overrides: {
            containerOverrides: [{ name: workerContainer, environment }],
          },
        }),
      );
      return answer.tasks?.length ?? 0;
    },
  };
}

function viewOf(alive: readonly Task[], stopped: readonly Task[], now: number): FleetView {
  const livedSince = now - limits.bootDeathSeconds * 1000;
  const running = alive.filter(({ lastStatus }) => lastStatus === "RUNNING");
  const lived = running.filter(({ startedAt }) => timeOf(startedAt) < livedSince);
  const lastLivedAt = Math.max(
    0,
    ...[...lived, ...stopped.filter((task) => !diedAtStart(task))].map(({ startedAt }) =>
      timeOf(startedAt),
    ),
  );
  const failedAt = stopped
    .filter((task) => diedAtStart(task))
    .map(({ stoppedAt }) => timeOf(stoppedAt))
    .filter((at) => at > lastLivedAt);
  const boots = running
    .filter(({ createdAt, startedAt }) => createdAt && startedAt)
    .map(({ createdAt, startedAt }) => (timeOf(startedAt) - timeOf(createdAt)) / 1000)
    .sort((a, b) => a - b);
  const bootSeconds = boots[Math.floor(boots.length / 2)];
  return {
    // A container that has only just begun has not sent its first heartbeat.
    starting: alive.length - running.filter(({ startedAt }) => isHeard(startedAt, now)).length,
    running: running.filter(({ startedAt }) => isHeard(startedAt, now)).length,
    failures: {
      count: failedAt.length,
      ...(failedAt.length > 0 && { lastAt: Math.max(...failedAt) }),
    },
    ...(bootSeconds !== undefined && { bootSeconds }),
  };
}

const timeOf = (date: Date | undefined): number => date?.getTime() ?? 0;

const isHeard = (startedAt: Date | undefined, now: number): boolean =>
  timeOf(startedAt) + limits.firstHeartbeatSeconds * 1000 <= now;

/** It never began, or ended soon with an error; one that Spot took did neither. */
function diedAtStart({ stopCode, startedAt, stoppedAt, containers }: Task): boolean {
  if (stopCode === "TaskFailedToStart") return true;
  if (stopCode !== "EssentialContainerExited") return false;
  const failed = containers?.some(({ exitCode }) => exitCode !== 0) ?? false;
  return failed && timeOf(stoppedAt) - timeOf(startedAt) < limits.bootDeathSeconds * 1000;
}
