import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeClustersCommand,
  ECSClient,
  paginateListTasks,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { DisableRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { DeleteBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { AwsTeardown } from "../contracts/ports/aws-teardown.ts";
import { allowing, isNamed } from "./not-allowed.ts";
import { removeAllObjects } from "./s3-remove-all.ts";
import { removeAllVersions } from "./s3-remove-versions.ts";
import { taggedBuckets, taggedPools, taggedTables } from "./tagged.ts";

/** Clients for taking a deployment away; region and credentials come from where the AWS CLI finds them. */
export const teardownClients = (region: string) => ({
  region,
  cognito: new CognitoIdentityProviderClient({ region }),
  dynamodb: new DynamoDBClient({ region }),
  ecs: new ECSClient({ region }),
  eventBridge: new EventBridgeClient({ region }),
  s3: new S3Client({ region }),
});

/** Stops and removes by AWS's own calls. */
export function awsTeardown({
  cognito,
  dynamodb,
  ecs,
  eventBridge,
  region,
  s3,
}: ReturnType<typeof teardownClients>): AwsTeardown {
  return {
    disableRule: (name) =>
      allowing("events:DisableRule", () =>
        unless(
          "ResourceNotFoundException",
          eventBridge.send(new DisableRuleCommand({ Name: name })),
        ),
      ),

    listTasks: (cluster) =>
      allowing("ecs:ListTasks", async () => {
        const tasks: string[] = [];
        for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, { cluster })) {
          tasks.push(...taskArns);
        }
        return tasks;
      }),

    // A task that has ended by itself in between is an InvalidParameterException, as is every other mistake here.
    stopTask: (cluster, task) =>
      allowing("ecs:StopTask", () =>
        unless(
          "InvalidParameterException",
          ecs.send(new StopTaskCommand({ cluster, task, reason: "the deployment is destroyed" })),
        ),
      ),

    countInstances: (cluster) =>
      allowing("ecs:DescribeClusters", async () => {
        const { clusters = [] } = await ecs.send(
          new DescribeClustersCommand({ clusters: [cluster] }),
        );
        return clusters[0]?.registeredContainerInstancesCount ?? 0;
      }),

    allowTableDeletion: (table) =>
      allowing("dynamodb:UpdateTable", () =>
        unless(
          "ResourceNotFoundException",
          dynamodb.send(
            new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false }),
          ),
        ),
      ),

    deleteTable: (table) =>
      allowing("dynamodb:DeleteTable", () =>
        unless(
          "ResourceNotFoundException",
          dynamodb.send(new DeleteTableCommand({ TableName: table })),
        ),
      ),

    emptyBucket: (bucket) =>
      allowing("s3:DeleteObject", () =>
        unless(
          "NoSuchBucket",
          removeAllObjects({ client: s3, bucket, prefix: "" }).then(() =>
            removeAllVersions({ client: s3, bucket }),
          ),
        ),
      ),

    deleteBucket: (bucket) =>
      allowing("s3:DeleteBucket", () =>
        unless("NoSuchBucket", s3.send(new DeleteBucketCommand({ Bucket: bucket }))),
      ),

    deletePeople: (pool) =>
      allowing("cognito-idp:UpdateUserPool, cognito-idp:DeleteUserPool", () =>
        unless(
          "ResourceNotFoundException",
          cognito
            .send(new UpdateUserPoolCommand({ UserPoolId: pool, DeletionProtection: "INACTIVE" }))
            .then(() => cognito.send(new DeleteUserPoolCommand({ UserPoolId: pool }))),
        ),
      ),

    async listTagged(stack) {
      const of = { region, stack };
      return [
        ...(await allowing("s3:ListAllMyBuckets, s3:GetBucketTagging", () =>
          taggedBuckets(s3, of),
        )),
        ...(await allowing("dynamodb:ListTables", () => taggedTables(dynamodb, of))),
        ...(await allowing("cognito-idp:ListUserPools", () => taggedPools(cognito, of))),
      ];
    },
  };
}

async function unless(gone: string, done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!isNamed(error, gone)) throw error;
  }
}
