import type { Resource } from "./assembly.ts";
import type { Place } from "./place.ts";

interface Reference {
  /** Property that names the resource; where the template leaves it out, the name is derived. */
  readonly nameProperty?: string;
  /** What `Ref` gives; the name by default. */
  readonly ref?: (name: string, place: Place) => string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: Readonly<Record<string, (name: string, place: Place) => string>>;
}

const arn =
  (service: string, kind = "") =>
  (name: string, { region, accountId }: Place) =>
    `arn:aws:${service}:${region}:${accountId}:${kind}${name}`;

const queueUrl = (name: string, { awsUrl, accountId }: Place) => `${awsUrl}/${accountId}/${name}`;
const tableReference: Reference = {
  nameProperty: "TableName",
  attributes: { Arn: arn("dynamodb", "table/") },
};

/** What each type's `Ref` and `Fn::GetAtt` are on this machine. A type or attribute that is not here is refused. */
export const references: Readonly<Record<string, Reference>> = {
  "AWS::SQS::Queue": {
    nameProperty: "QueueName",
    ref: queueUrl,
    attributes: { Arn: arn("sqs"), QueueName: (name) => name, QueueUrl: queueUrl },
  },
  "AWS::S3::Bucket": {
    nameProperty: "BucketName",
    attributes: {
      Arn: (name) => `arn:aws:s3:::${name}`,
      // The emulator serves buckets by path: hosts of their own would need name resolution.
      DomainName: (_name, { awsUrl }) => new URL(awsUrl).host,
      RegionalDomainName: (_name, { awsUrl }) => new URL(awsUrl).host,
    },
  },
  "AWS::DynamoDB::Table": tableReference,
  "AWS::DynamoDB::GlobalTable": tableReference,
  "AWS::Lambda::Function": {
    nameProperty: "FunctionName",
    attributes: { Arn: arn("lambda", "function:") },
  },
  "AWS::ApiGatewayV2::Api": {
    ref: () => "local",
    attributes: { ApiEndpoint: (_name, { pageUrl }) => pageUrl },
  },
  "AWS::ApiGatewayV2::Authorizer": {},
  "AWS::ApiGatewayV2::Integration": {},
  "AWS::CloudFront::Distribution": {
    attributes: { DomainName: (_name, { pageUrl }) => new URL(pageUrl).host },
  },
  "AWS::CloudFront::ResponseHeadersPolicy": {},
  "AWS::ECS::CapacityProvider": { nameProperty: "Name" },
  "AWS::ECS::Cluster": { nameProperty: "ClusterName", attributes: { Arn: arn("ecs", "cluster/") } },
  "AWS::ECS::TaskDefinition": { ref: arn("ecs", "task-definition/") },
  "AWS::IAM::Role": {
    nameProperty: "RoleName",
    attributes: { Arn: (name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}` },
  },
  "AWS::Logs::LogGroup": {
    nameProperty: "LogGroupName",
    attributes: { Arn: (name, place) => `${arn("logs", "log-group:")(name, place)}:*` },
  },
  "AWS::Events::Rule": { nameProperty: "Name", attributes: { Arn: arn("events", "rule/") } },
};

/** The name that a resource has while its template does not name it. The same for every start. */
export function derivedName({ stackName, logicalId, type }: Resource): string {
  const name = `${stackName}-${logicalId}`;
  // Buckets: lower case, 63 characters. The end of a logical id is its hash, so it must stay.
  return type === "AWS::S3::Bucket" ? name.toLowerCase().slice(-63).replace(/^-+/, "") : name;
}
