import type { IVpc } from "aws-cdk-lib/aws-ec2";
import type { ContainerImage } from "aws-cdk-lib/aws-ecs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { AsgFleet } from "./compute/asg-fleet.ts";
import type { Fleet } from "./compute/fleet.ts";
import { ManagedFleet } from "./compute/managed-fleet.ts";
import { Network } from "./network.ts";
import { WorkerTask, type WorkerTaskProps } from "./worker-task.ts";

export interface GpuWorkersProps {
  readonly settings: Pick<
    Settings,
    "spot" | "instanceTypes" | "workersMax" | "availabilityZones"
  > & { readonly compute: "managed" | "asg" };
  readonly image: ContainerImage;
  readonly environment: WorkerTaskProps["environment"];
  /** A network that is there already; otherwise one is made that costs nothing while nothing runs. */
  readonly vpc?: IVpc | undefined;
  readonly logs: IBucket;
}

/** Workers on GPU instances of their own, from zero. */
export class GpuWorkers extends Construct {
  readonly fleet: Fleet;
  readonly worker: WorkerTask;

  constructor(scope: Construct, id: string, props: GpuWorkersProps) {
    super(scope, id);
    const { settings, image, environment, logs } = props;
    const { compute, spot, instanceTypes, workersMax, availabilityZones } = settings;
    const vpc = props.vpc ?? new Network(this, "Network", { logs, availabilityZones }).vpc;

    const AFleet = { managed: ManagedFleet, asg: AsgFleet }[compute];
    this.fleet = new AFleet(this, "Fleet", { vpc, spot, instanceTypes, workersMax });
    this.worker = new WorkerTask(this, "Worker", { image, fleet: this.fleet, environment });
  }
}
