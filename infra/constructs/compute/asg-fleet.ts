import { Stack } from "aws-cdk-lib";
import {
  AutoScalingGroup,
  GroupMetrics,
  SpotAllocationStrategy,
  UpdatePolicy,
} from "aws-cdk-lib/aws-autoscaling";
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  SecurityGroup,
  SubnetType,
  UserData,
} from "aws-cdk-lib/aws-ec2";
import {
  AmiHardwareType,
  AsgCapacityProvider,
  type Cluster,
  Compatibility,
  EcsOptimizedImage,
  NetworkMode,
} from "aws-cdk-lib/aws-ecs";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { workerContainer } from "../../../contracts/environment.ts";
import { acknowledge } from "../../acknowledge.ts";
import { allow } from "../../statement.ts";
import type { Fleet, FleetProps } from "./fleet.ts";
import { watchForSpotNotice } from "./spot-notice.ts";
import { workerCluster } from "./worker-cluster.ts";

/** An Auto Scaling group of GPU instances: where Managed Instances are not to be had, or not wanted. */
export class AsgFleet extends Construct implements Fleet {
  readonly cluster: Cluster;
  readonly capacityProviderName: string;
  readonly compatibility = Compatibility.EC2;
  /** As in the managed fleet; behind a bridge a container cannot reach the instance's credentials either. */
  readonly networkMode = NetworkMode.BRIDGE;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { vpc, workersMax } = props;
    this.cluster = workerCluster(this, vpc);

    const group = this.#group(props, this.#launchTemplate(props));
    const provider = new AsgCapacityProvider(this, "Provider", {
      autoScalingGroup: group,
      enableManagedScaling: true,
      enableManagedTerminationProtection: true,
      enableManagedDraining: true,
      targetCapacityPercent: 100,
      instanceWarmupPeriod: 60,
      maximumScalingStepSize: workersMax,
    });
    this.cluster.addAsgCapacityProvider(provider);
    this.capacityProviderName = provider.capacityProviderName;
  }

  #launchTemplate({ vpc, spot }: FleetProps): LaunchTemplate {
    const role = new Role(this, "InstanceRole", {
      assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
    });
    acknowledge(
      role,
      "The ECS agent's own rights, written by aws-cdk-lib; discovery and the registry's token take no resource.",
      "AwsSolutions-IAM5[Action::ecs:Submit*]",
      "AwsSolutions-IAM5[Resource::*]",
    );
    // With it the agent drains its instance: aws-cdk-lib's own rights lack it.
    allow(role, {
      actions: ["ecs:UpdateContainerInstancesState"],
      resources: [
        Stack.of(this).formatArn({
          service: "ecs",
          resource: "container-instance",
          resourceName: `${this.cluster.clusterName}/*`,
        }),
      ],
      whyAny: "An instance registers itself: its id is not known before.",
    });
    const userData = UserData.forLinux();
    if (spot) {
      // So that no task is started on an instance that goes. The cluster's `spotInstanceDraining` reaches only groups with a price of their own.
      userData.addCommands("echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config");
      userData.addCommands(...watchForSpotNotice(workerContainer));
    }
    return new LaunchTemplate(this, "LaunchTemplate", {
      // A parameter that is read when it is deployed: no lookup, and security fixes come with each deployment.
      machineImage: EcsOptimizedImage.amazonLinux2023(AmiHardwareType.GPU),
      userData,
      role,
      securityGroup: new SecurityGroup(this, "SecurityGroup", {
        vpc,
        description: "GPU workers: nothing comes in",
      }),
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      associatePublicIpAddress: true,
      blockDevices: [
        {
          deviceName: "/dev/xvda",
          volume: BlockDeviceVolume.ebs(100, {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            // MB/s: the image is several gigabytes, and a cold start waits for it.
            throughput: 300,
          }),
        },
      ],
    });
  }

  #group(
    { vpc, spot, instanceTypes, workersMax }: FleetProps,
    launchTemplate: LaunchTemplate,
  ): AutoScalingGroup {
    const group = new AutoScalingGroup(this, "Group", {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      minCapacity: 0,
      maxCapacity: workersMax,
      mixedInstancesPolicy: {
        launchTemplate,
        launchTemplateOverrides: instanceTypes.map((name) => ({
          instanceType: new InstanceType(name),
        })),
        instancesDistribution: {
          onDemandBaseCapacity: 0,
          onDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
          spotAllocationStrategy: SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED,
        },
      },
      // It would end a working instance early; the two minutes of notice, of which its worker is told, are enough to hand a segment back.
      capacityRebalance: false,
      newInstancesProtectedFromScaleIn: true,
      updatePolicy: UpdatePolicy.rollingUpdate({
        minInstancesInService: 0,
        waitOnResourceSignals: false,
      }),
      groupMetrics: [GroupMetrics.all()],
    });
    acknowledge(group, "The launch template encrypts the volume.", "AwsSolutions-EC26");
    acknowledge(
      group,
      "Instances follow the queue, several times a day; alarms watch the backlog instead.",
      "AwsSolutions-AS3",
    );
    return group;
  }
}
