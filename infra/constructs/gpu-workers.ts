import type { IVpc } from "aws-cdk-lib/aws-ec2";
import type { ContainerImage } from "aws-cdk-lib/aws-ecs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { AsgFleet } from "./compute/asg-fleet.ts";
import type { Fleet } from "./compute/fleet.ts";
import { ManagedFleet } from "./compute/managed-fleet.ts";
import { Network } from "./network.ts";
import { Scaler, type ScalerProps } from "./scaler.ts";
import { WorkerTask, type WorkerTaskProps } from "./worker-task.ts";

export interface GpuWorkersProps {
  readonly settings: Pick<
    Settings,
    | "spot"
    | "instanceTypes"
    | "workersMax"
    | "availabilityZones"
    | "idleExitSeconds"
    | "leaseSeconds"
    | "heartbeatSeconds"
  > & { readonly compute: "managed" | "asg" };
  readonly image: ContainerImage;
  readonly environment: WorkerTaskProps["environment"];
  /** Of functions/scale: its bundle, and its rights to rows. */
  readonly scaler: Pick<ScalerProps, "code" | "rows">;
  /** A network that is there already; otherwise one is made that costs nothing while nothing runs. */
  readonly vpc?: IVpc | undefined;
  readonly logs: IBucket;
}

/** Workers on GPU instances of their own, from zero. */
export class GpuWorkers extends Construct {
  readonly fleet: Fleet;
  readonly worker: WorkerTask;
  readonly scaler: Scaler;

  constructor(scope: Construct, id: string, props: GpuWorkersProps) {
    super(scope, id);
    const { settings, image, environment, logs } = props;
    const { compute, spot, instanceTypes, workersMax, availabilityZones } = settings;
    const vpc = props.vpc ?? new Network(this, "Network", { logs, availabilityZones }).vpc;

    const AFleet = { managed: ManagedFleet, asg: AsgFleet }[compute];
    this.fleet = new AFleet(this, "Fleet", { vpc, spot, instanceTypes, workersMax });
    this.worker = new WorkerTask(this, "Worker", { image, fleet: this.fleet, environment });

    const { task } = this.worker;
    const { JOBS_TABLE, MEDIA_BUCKET, WORK_QUEUE_URL } = environment;
    this.scaler = new Scaler(this, "Scaler", {
      ...props.scaler,
      environment: {
        JOBS_TABLE,
        MEDIA_BUCKET,
        WORK_QUEUE_URL,
        IDLE_EXIT_SECONDS: `${settings.idleExitSeconds}`,
        HEARTBEAT_SECONDS: `${settings.heartbeatSeconds}`,
        LEASE_SECONDS: `${settings.leaseSeconds}`,
        POWERTOOLS_LOG_LEVEL: "INFO",
      },
      clusterArn: this.fleet.cluster.clusterArn,
      taskDefinitionArn: task.taskDefinitionArn,
      taskRoleArn: task.taskRole.roleArn,
      executionRoleArn: task.obtainExecutionRole().roleArn,
      capacityProviderName: this.fleet.capacityProviderName,
      workersMax,
    });
  }
}
