import type { Assembly } from "./assembly.ts";
import { UnsupportedError } from "./unsupported-error.ts";

/** Types that a reader of this folder turns into something that runs. */
const emulated = new Set([
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  "AWS::CloudFront::Distribution",
  "AWS::CloudFront::ResponseHeadersPolicy",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::ECS::TaskDefinition",
  "AWS::Events::Rule",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
  "Custom::CDKBucketDeployment",
  "Custom::S3BucketNotifications",
]);

/** Types that change nothing on one machine: who may do what, where logs go, in which network a task runs. */
const withoutEffect = new Set([
  "AWS::AutoScaling::AutoScalingGroup",
  "AWS::AutoScaling::LifecycleHook",
  "AWS::Budgets::Budget",
  "AWS::CDK::Metadata",
  "AWS::CloudFront::CachePolicy",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudFront::OriginRequestPolicy",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::EC2::FlowLog",
  "AWS::EC2::InternetGateway",
  "AWS::EC2::LaunchTemplate",
  "AWS::EC2::Route",
  "AWS::EC2::RouteTable",
  "AWS::EC2::SecurityGroup",
  "AWS::EC2::Subnet",
  "AWS::EC2::SubnetRouteTableAssociation",
  "AWS::EC2::VPC",
  "AWS::EC2::VPCEndpoint",
  "AWS::EC2::VPCGatewayAttachment",
  "AWS::ECS::CapacityProvider",
  "AWS::ECS::Cluster",
  "AWS::ECS::ClusterCapacityProviderAssociations",
  "AWS::IAM::InstanceProfile",
  "AWS::IAM::ManagedPolicy",
  "AWS::Lambda::LayerVersion",
  "AWS::Logs::LogGroup",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "Custom::S3AutoDeleteObjects",
]);

/** Refuses a template with a resource that is neither emulated nor known to have no effect here. */
export function refuseUnknownTypes({ resources }: Assembly): void {
  for (const { type, logicalId } of resources) {
    if (!emulated.has(type) && !withoutEffect.has(type)) {
      throw new UnsupportedError(`the resource type ${type}`, logicalId);
    }
  }
}
