import type { IVpc } from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerInsights } from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { acknowledge } from "../../acknowledge.ts";

/** The cluster of one fleet; nothing but its workers runs there. */
export function workerCluster(scope: Construct, vpc: IVpc): Cluster {
  const cluster = new Cluster(scope, "Cluster", {
    vpc,
    containerInsightsV2: ContainerInsights.DISABLED,
  });
  acknowledge(
    cluster,
    "Container Insights bills metrics while nothing runs; the scaler's own metrics say what is needed.",
    "AwsSolutions-ECS4",
  );
  return cluster;
}
