import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { keys } from "../contracts/keys.ts";

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

interface Things {
  readonly bucket: Bucket;
  readonly table: TableV2;
  readonly work: Queue;
}

/** Who may do what, and nothing else. Event sources add the right to receive from their own queue themselves. */
export function grantsFor({ bucket, table, work }: Things) {
  const objects = (...prefixes: string[]) =>
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
  const rows = [table.tableArn];
  const indexes = [`${table.tableArn}/index/*`];

  const readRows: Statement = {
    actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem"],
    resources: rows,
  };
  const moveRows: Statement = {
    actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    resources: rows,
  };
  const createRows: Statement = { actions: ["dynamodb:PutItem"], resources: rows };
  const removeRows: Statement = { actions: ["dynamodb:DeleteItem"], resources: rows };
  const queryRows: Statement = { actions: ["dynamodb:Query"], resources: rows };
  const queryIndexes: Statement = { actions: ["dynamodb:Query"], resources: indexes };
  const send: Statement = { actions: ["sqs:SendMessage"], resources: [work.queueArn] };
  // Without ListBucket S3 answers a missing object with 403 instead of 404.
  const list: Statement = {
    actions: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
    resources: [bucket.bucketArn],
  };
  const removeMedia: Statement = {
    actions: ["s3:DeleteObject", "s3:AbortMultipartUpload"],
    resources: objects(keys.uploads, keys.inbox, keys.results),
  };

  return {
    api: [
      readRows,
      moveRows,
      createRows,
      removeRows,
      queryRows,
      queryIndexes,
      send,
      list,
      removeMedia,
      { actions: ["sqs:GetQueueAttributes"], resources: [work.queueArn] },
      // What the role may do, its presigned requests may do.
      {
        actions: ["s3:GetObject"],
        resources: objects(keys.uploads, keys.inbox, keys.results, keys.models, keys.pipelines),
      },
      { actions: ["s3:PutObject"], resources: objects(keys.uploads, keys.models, keys.pipelines) },
      { actions: ["s3:ListMultipartUploadParts"], resources: objects(keys.uploads) },
    ],
    onUpload: [
      moveRows,
      createRows,
      send,
      list,
      { actions: ["s3:GetObject"], resources: objects(keys.uploads, keys.inbox, keys.pipelines) },
    ],
    sweep: [
      moveRows,
      removeRows,
      queryIndexes,
      send,
      list,
      removeMedia,
      { actions: ["s3:GetObject"], resources: objects(keys.uploads, keys.inbox) },
    ],
    deadLetter: [moveRows, send],
    worker: [
      moveRows,
      // Its own heartbeat.
      createRows,
      removeRows,
      list,
      {
        actions: [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes",
        ],
        resources: [work.queueArn],
      },
      {
        actions: ["s3:GetObject"],
        resources: objects(keys.uploads, keys.inbox, keys.results, keys.models, keys.pipelines),
      },
      { actions: ["s3:PutObject"], resources: objects(keys.results) },
    ],
  } as const satisfies Record<string, readonly Statement[]>;
}
