import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

export interface NetworkProps {
  readonly logs: IBucket;
  /** GPUs on Spot are a pool in each zone; a stack that names no account knows of two. */
  readonly availabilityZones?: readonly string[] | undefined;
}

/** Where GPU instances run: public subnets without anything that listens, so that no gateway costs while nothing runs. */
export class Network extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, { logs, availabilityZones }: NetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr("10.20.0.0/16"),
      ...(availabilityZones && { availabilityZones: [...availabilityZones] }),
      natGateways: 0,
      // The flag would add a Lambda of its own for a security group that nothing uses.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: true },
      ],
      // Free, and videos do not go through the internet gateway.
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    this.vpc.addFlowLog("Rejected", {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toS3(logs, "network/"),
    });
  }
}
