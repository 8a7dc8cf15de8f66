import type { IVpc } from "aws-cdk-lib/aws-ec2";
import type { Cluster, Compatibility, NetworkMode } from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";

export interface FleetProps {
  readonly vpc: IVpc;
  readonly spot: boolean;
  /** Instance types with one NVIDIA GPU, best first where an order counts. */
  readonly instanceTypes: readonly string[];
  readonly workersMax: number;
}

/** Instances with a GPU that come when a task asks for one, and go when none is left. */
export interface Fleet extends Construct {
  readonly cluster: Cluster;
  readonly capacityProviderName: string;
  /** What a task definition must say to run here. */
  readonly compatibility: Compatibility;
  readonly networkMode: NetworkMode;
}
