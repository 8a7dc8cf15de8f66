import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AwsLogDriverMode,
  Compatibility,
  type ContainerImage,
  LinuxParameters,
  LogDriver,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import {
  memoryEnvironment,
  workerContainer,
  type EnvironmentFor,
  type WorkerEnvironment,
} from "../../contracts/environment.ts";
import { acknowledge } from "../acknowledge.ts";
import { allow, type Statement } from "../statement.ts";
import type { Fleet } from "./compute/fleet.ts";

/** What a host adds or leaves out; the task definition gives everything else. */
type HostVariable =
  | "WORKER_ID"
  | "FLEET"
  | "METRICS"
  | "DETECTOR_THREADS"
  | "SCRATCH_DIRECTORY"
  | "MODEL_CACHE_DIRECTORY"
  | "IDLE_EXIT_SECONDS"
  | "MAX_RUNTIME_SECONDS"
  | "WORKER_CREDENTIALS_URL"
  | "WORKER_TOKEN"
  | "FFMPEG_PATH"
  | "FFPROBE_PATH";

export interface WorkerTaskProps {
  readonly image: ContainerImage;
  readonly fleet: Fleet;
  readonly environment: Omit<EnvironmentFor<typeof WorkerEnvironment>, HostVariable>;
}

/** Of the smallest instance with a GPU (4 vCPUs, 16 GiB), what the agent and the system leave. */
const memoryMebibytes = 12_288;
const cpuUnits = 3072;

/** Where the image may write; all else is read-only. */
const writable = { work: "/var/lib/framequeue", tmp: "/tmp" } as const;

/** One worker, as ECS runs it. Its environment is the contract that every other host keeps too. */
export class WorkerTask extends Construct {
  readonly task: TaskDefinition;

  constructor(scope: Construct, id: string, { image, fleet, environment }: WorkerTaskProps) {
    super(scope, id);
    const { compatibility, networkMode } = fleet;
    const isManaged = compatibility === Compatibility.MANAGED_INSTANCES;
    this.task = new TaskDefinition(this, "Task", {
      compatibility,
      networkMode,
      // Managed Instances choose the instance by them.
      ...(isManaged && { cpu: `${cpuUnits}`, memoryMiB: `${memoryMebibytes}` }),
    });
    const container = this.task.addContainer(workerContainer, {
      image,
      environment: { AWS_REGION: Aws.REGION, ...memoryEnvironment, ...environment },
      ...(!isManaged && { memoryLimitMiB: memoryMebibytes }),
      gpuCount: 1,
      readonlyRootFilesystem: true,
      // Reaps what a killed ffmpeg leaves.
      linuxParameters: new LinuxParameters(this, "Linux", { initProcessEnabled: true }),
      // ECS' longest between SIGTERM and SIGKILL; a worker hands its job back in a sixth of it.
      stopTimeout: Duration.seconds(120),
      logging: LogDriver.awsLogs({
        streamPrefix: "worker",
        // A log that does not get through must not stop a worker.
        mode: AwsLogDriverMode.NON_BLOCKING,
        logGroup: new LogGroup(this, "Logs", {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
    });
    for (const [name, containerPath] of Object.entries(writable)) {
      this.task.addVolume({ name });
      container.addMountPoints({ sourceVolume: name, containerPath, readOnly: false });
    }

    acknowledge(
      this.task,
      "The environment names places and limits; there are no secrets in it.",
      "AwsSolutions-ECS2",
    );
    acknowledge(
      this.task.obtainExecutionRole(),
      "The registry's token takes no resource.",
      "AwsSolutions-IAM5[Resource::*]",
    );
  }

  /** Allows this and nothing beyond it. */
  allow(statement: Statement): void {
    allow(this.task.taskRole, statement);
  }
}
