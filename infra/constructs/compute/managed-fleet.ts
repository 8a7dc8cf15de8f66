import { Aws, Duration, Fn, Names, Size } from "aws-cdk-lib";
import { AcceleratorManufacturer, AcceleratorType, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import {
  CapacityOptionType,
  type CfnCapacityProvider,
  type Cluster,
  Compatibility,
  ManagedInstancesCapacityProvider,
  NetworkMode,
  PropagateManagedInstancesTags,
} from "aws-cdk-lib/aws-ecs";
import type { CfnInstanceProfile, CfnRole } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { acknowledge } from "../../acknowledge.ts";
import type { Fleet, FleetProps } from "./fleet.ts";
import { workerCluster } from "./worker-cluster.ts";

/** An instance without a task goes after this: long enough for the next video, short beside its start. */
const scaleInAfter = Duration.minutes(5);

/** ECS Managed Instances: AWS keeps the machine image, starts an instance for each waiting task and ends it. */
export class ManagedFleet extends Construct implements Fleet {
  readonly cluster: Cluster;
  readonly capacityProviderName: string;
  readonly compatibility = Compatibility.MANAGED_INSTANCES;
  /** With an interface of its own a task would have no public address, and without a NAT gateway no way out. */
  readonly networkMode = NetworkMode.HOST;

  constructor(scope: Construct, id: string, { vpc, spot, instanceTypes }: FleetProps) {
    super(scope, id);
    this.cluster = workerCluster(this, vpc);

    const provider = new ManagedInstancesCapacityProvider(this, "Provider", {
      capacityOptionType: spot ? CapacityOptionType.SPOT : CapacityOptionType.ON_DEMAND,
      subnets: vpc.publicSubnets,
      securityGroups: [
        new SecurityGroup(this, "SecurityGroup", {
          vpc,
          description: "GPU workers: nothing comes in",
        }),
      ],
      // The image, and the largest video with its results.
      taskVolumeStorage: Size.gibibytes(80),
      instanceRequirements: {
        // No maximum: of the types below ECS takes only those that meet the rest, too.
        vCpuCountMin: 4,
        memoryMin: Size.gibibytes(15),
        acceleratorCountMin: 1,
        acceleratorCountMax: 1,
        acceleratorManufacturers: [AcceleratorManufacturer.NVIDIA],
        acceleratorTypes: [AcceleratorType.GPU],
        allowedInstanceTypes: [...instanceTypes],
        // The default drops types that cost a fifth more than the cheapest: g5 and g6 beside g4dn.
        ...(spot
          ? { spotMaxPricePercentageOverLowestPrice: 300 }
          : { onDemandMaxPricePercentageOverLowestPrice: 200 }),
      },
      propagateTags: PropagateManagedInstancesTags.CAPACITY_PROVIDER,
    });
    this.capacityProviderName = provider.capacityProviderName;
    this.cluster.addManagedInstancesCapacityProvider(provider);
    // Routes and gateway must outlive the instances, or these hang while they leave the cluster (aws/aws-cdk#36071).
    provider.node.addDependency(vpc);
    correct(provider);
  }
}

/** What the L2 construct of this CDK version has no property for, and what it accepts of AWS' own policies. */
function correct(provider: ManagedInstancesCapacityProvider): void {
  (provider.node.defaultChild as CfnCapacityProvider).addPropertyOverride(
    "ManagedInstancesProvider.InfrastructureOptimization.ScaleInAfter",
    scaleInAfter.toSeconds(),
  );

  // Its names must begin so; without the region a second one in the same account would collide.
  const unique = Names.uniqueResourceName(provider, { maxLength: 30 });
  const name = Fn.join("-", ["ecsInstanceRole", Aws.REGION, unique]);
  const child = <Type>(id: string) => provider.node.findChild(id).node.defaultChild as Type;
  child<CfnRole>("InstanceRole").addPropertyOverride("RoleName", name);
  child<CfnInstanceProfile>("InstanceProfile").addPropertyOverride("InstanceProfileName", name);

  acknowledge(
    provider,
    "The policy that ECS asks for to manage instances; it may pass roles named ecsInstanceRole* only.",
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances]",
  );
  acknowledge(
    provider,
    "An instance registers itself: its id is not known before, and discovery takes no resource.",
    "AwsSolutions-IAM5[Resource::*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:container-instance/*]",
  );
}
