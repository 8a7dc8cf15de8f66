import { Aws, Duration } from "aws-cdk-lib";
import {
  Compatibility,
  ContainerImage,
  LogDriver,
  NetworkMode,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { EnvironmentFor, WorkerEnvironment } from "../../contracts/environment.ts";
import { limits } from "../../contracts/limits.ts";

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
      // ECS' longest: SIGTERM leaves time to hand the job back.
      stopTimeout: Duration.seconds(Math.max(limits.releaseSeconds, 110)),
      logging: LogDriver.awsLogs({
        streamPrefix: "worker",
        logGroup: new LogGroup(this, "Logs", { retention: RetentionDays.ONE_MONTH }),
      }),
    });
  }

  /** Allows exactly these actions on exactly these resources. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.task.addToTaskRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources] }),
    );
  }
}
