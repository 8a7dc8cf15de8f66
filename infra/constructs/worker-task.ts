import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  Compatibility,
  ContainerImage,
  LogDriver,
  NetworkMode,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { EnvironmentFor, WorkerEnvironment } from "../../contracts/environment.ts";
import { policyStatement, type Statement } from "../statement.ts";

/** What a host adds or leaves out; the task definition gives everything else. */
type HostVariable =
  | "WORKER_ID"
  | "DETECTOR_THREADS"
  | "SCRATCH_DIRECTORY"
  | "MODEL_CACHE_DIRECTORY"
  | "FFMPEG_PATH"
  | "FFPROBE_PATH";

export interface WorkerTaskProps {
  /** Folder that the image is built from; its Dockerfile is gpu-worker/Dockerfile. */
  readonly source: string;
  readonly environment: Omit<EnvironmentFor<typeof WorkerEnvironment>, HostVariable>;
}

/** One worker, as ECS runs it. Its environment is the contract that every other host keeps too. */
export class WorkerTask extends Construct {
  readonly task: TaskDefinition;

  constructor(scope: Construct, id: string, { source, environment }: WorkerTaskProps) {
    super(scope, id);
    this.task = new TaskDefinition(this, "Task", {
      compatibility: Compatibility.EC2,
      networkMode: NetworkMode.HOST,
    });
    this.task.addContainer("worker", {
      image: ContainerImage.fromAsset(source, { file: "gpu-worker/Dockerfile" }),
      environment: { AWS_REGION: Aws.REGION, ...environment },
      memoryLimitMiB: 12_288,
      gpuCount: 1,
      // ECS' longest between SIGTERM and SIGKILL; a worker hands its job back in a sixth of it.
      stopTimeout: Duration.seconds(120),
      logging: LogDriver.awsLogs({
        streamPrefix: "worker",
        logGroup: new LogGroup(this, "Logs", {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
    });
  }

  /** Allows this and nothing beyond it. */
  allow(statement: Statement): void {
    this.task.addToTaskRolePolicy(policyStatement(statement));
  }
}
