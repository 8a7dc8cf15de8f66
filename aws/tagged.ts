import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUserPools,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  paginateListTables,
} from "@aws-sdk/client-dynamodb";
import { GetBucketTaggingCommand, paginateListBuckets, type S3Client } from "@aws-sdk/client-s3";
import { type LeftResource, stackTag } from "../contracts/ports/aws-teardown.ts";
import { isNamed } from "./not-allowed.ts";

interface Deployment {
  readonly region: string;
  readonly stack: string;
}
type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** CloudFormation names what it makes `{stack}-{logical id}-{chance}`, and shortens long names of stacks. */
const prefixLength = 20;

/** CloudFormation's own tag or ours, which stays with what a stack has left. A stack of the same name in another region is another. */
const isOf = (tags: Tags, { region, stack }: Deployment): boolean =>
  tags.some(
    ({ Key, Value = "" }) =>
      (Key === "aws:cloudformation:stack-id" || Key === stackTag) &&
      Value.split(":")[3] === region &&
      Value.split(":stack/")[1]?.split("/")[0] === stack,
  );

/** Buckets that a stack of this name made, whether it is still there or not. */
export async function taggedBuckets(
  client: S3Client,
  deployment: Deployment,
): Promise<readonly LeftResource[]> {
  const pages = paginateListBuckets(
    { client },
    {
      BucketRegion: deployment.region,
      Prefix: deployment.stack.toLowerCase().slice(0, prefixLength),
    },
  );
  const found: LeftResource[] = [];
  for await (const { Buckets = [] } of pages) {
    for (const { Name } of Buckets) {
      const tags = await client
        .send(new GetBucketTaggingCommand({ Bucket: Name }))
        .then(({ TagSet }) => TagSet ?? [])
        .catch((error: unknown): Tags => {
          if (isNamed(error, "NoSuchTagSet") || isNamed(error, "NoSuchBucket")) return [];
          throw error;
        });
      if (isOf(tags, deployment)) found.push({ type: "AWS::S3::Bucket", physicalId: Name! });
    }
  }
  return found;
}

/** Tables that a stack of this name made, whether it is still there or not. */
export async function taggedTables(
  client: DynamoDBClient,
  deployment: Deployment,
): Promise<readonly LeftResource[]> {
  const found: LeftResource[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    const prefix = deployment.stack.slice(0, prefixLength);
    for (const name of TableNames.filter((each) => each.startsWith(prefix))) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
      const { Tags: tags = [] } = await client.send(
        new ListTagsOfResourceCommand({ ResourceArn: Table!.TableArn }),
      );
      if (isOf(tags, deployment)) {
        found.push({ type: "AWS::DynamoDB::GlobalTable", physicalId: name });
      }
    }
  }
  return found;
}

/** Pools of people that a stack of this name made, whether it is still there or not. Their names don't begin with the stack's. */
export async function taggedPools(
  client: CognitoIdentityProviderClient,
  deployment: Deployment,
): Promise<readonly LeftResource[]> {
  const found: LeftResource[] = [];
  try {
    for await (const { UserPools = [] } of paginateListUserPools({ client }, { MaxResults: 60 })) {
      for (const { Id } of UserPools) {
        const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId: Id }));
        const entries = Object.entries(UserPool?.UserPoolTags ?? {});
        const tags = entries.map(([Key, Value]) => ({ Key, Value }));
        if (isOf(tags, deployment)) found.push({ type: "AWS::Cognito::UserPool", physicalId: Id! });
      }
    }
  } catch (error) {
    // A region that does not offer Cognito has no address for it, and no pools.
    if ((error as { code?: unknown }).code !== "ENOTFOUND") throw error;
  }
  return found;
}
