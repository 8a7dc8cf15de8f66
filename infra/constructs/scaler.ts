import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { EnvironmentFor, ScaleEnvironment } from "../../contracts/environment.ts";
import { eventTypes } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { ownEvents } from "../own-events.ts";
import type { Statement } from "../statement.ts";
import { PipelineFunction } from "./pipeline-function.ts";

/** What the scaler is told of the fleet by other means than its environment. */
type FleetVariable = "CLUSTER_ARN" | "TASK_DEFINITION_ARN" | "CAPACITY_PROVIDER" | "WORKERS_MAX";

export interface ScalerProps {
  /** Folder with the bundle of functions/scale. */
  readonly code: string;
  readonly environment: Omit<EnvironmentFor<typeof ScaleEnvironment>, FleetVariable>;
  /** Nothing but workers of ours may run on it: every task there counts as one. */
  readonly clusterArn: string;
  /** One revision; its container is called as `workerContainer` says. */
  readonly taskDefinitionArn: string;
  /** The roles that the task definition names: only these may be passed, and only to ECS tasks. */
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  readonly capacityProviderName: string;
  readonly workersMax: number;
  /** Its rights to rows: `grantsFor(…).scale`. */
  readonly rows: readonly Statement[];
}

/** Starts GPU workers from zero: told of each queued job, and once a minute, in case it was not told. */
export class Scaler extends Construct {
  readonly function: PipelineFunction<typeof ScaleEnvironment>;

  constructor(scope: Construct, id: string, props: ScalerProps) {
    super(scope, id);
    const { clusterArn, taskDefinitionArn } = props;
    this.function = new PipelineFunction<typeof ScaleEnvironment>(this, "Function", {
      code: props.code,
      description: "Starts GPU workers for what waits",
      environment: {
        ...props.environment,
        CLUSTER_ARN: clusterArn,
        TASK_DEFINITION_ARN: taskDefinitionArn,
        CAPACITY_PROVIDER: props.capacityProviderName,
        WORKERS_MAX: `${props.workersMax}`,
      },
      timeoutSeconds: limits.scaleSeconds - 5,
      memoryMebibytes: 256,
    });
    const onCluster = { StringEquals: { "ecs:cluster": clusterArn } };
    for (const statement of [
      ...props.rows,
      { actions: ["ecs:RunTask"], resources: [taskDefinitionArn], conditions: onCluster },
      {
        actions: ["iam:PassRole"],
        resources: [props.taskRoleArn, props.executionRoleArn],
        conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
      // ListTasks without a container instance takes no resource, and tasks have no names before they are: both by cluster.
      {
        actions: ["ecs:ListTasks", "ecs:DescribeTasks"],
        resources: ["*"],
        conditions: onCluster,
        whyAny: "A task's id is not known before; the condition limits it to this one cluster.",
      },
    ] satisfies readonly Statement[]) {
      this.function.allow(statement);
    }

    const targets = [new LambdaFunction(this.function.lambda)];
    new Rule(this, "Schedule", {
      schedule: Schedule.rate(Duration.seconds(limits.scaleSeconds)),
      targets,
    });
    new Rule(this, "WorkQueued", {
      eventPattern: ownEvents(eventTypes.workQueued, props.environment.JOBS_TABLE),
      targets,
    });
  }
}
