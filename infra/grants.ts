import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { eventSource } from "../contracts/event.ts";
import { keys } from "../contracts/keys.ts";
import { jobAttributesOfWorkers } from "../contracts/protocol/worker-attributes.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import type { Statement } from "./statement.ts";

interface Things {
  readonly bucket: Bucket;
  readonly table: TableV2;
  readonly work: Queue;
  readonly deliveries: Queue;
  readonly defaultBusArn: string;
}

/** Who may do what, and nothing else. Event sources add the right to receive from their own queue themselves. */
export function grantsFor({ bucket, table, work, deliveries, defaultBusArn }: Things) {
  const rows =
    (...partitions: string[]) =>
    (...actions: string[]): Statement => ({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
      partitions,
    });
  const jobs = rows(tableKeys.job("*").pk);
  const segments = rows(tableKeys.segments("*"));
  const workers = rows(tableKeys.workers);
  const scaler = rows(tableKeys.scaler.pk);
  const idempotency = rows(tableKeys.idempotency("*", "*").pk);
  const keyRows = rows(tableKeys.keys);
  const queryIndexes: Statement = {
    actions: ["dynamodb:Query"],
    resources: [`${table.tableArn}/index/*`],
    whyAny: "The indexes of this one table: by owner, due, waiting.",
  };

  const objects =
    (...prefixes: string[]) =>
    (...actions: string[]): Statement => ({
      actions: actions.map((action) => `s3:${action}`),
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
      whyAny: "Keys hold ids of jobs and digests, which come later: prefixes of this one bucket.",
    });
  const everything = objects(keys.uploads, keys.inbox, keys.results, keys.models, keys.pipelines);
  const ofJobs = objects(keys.uploads, keys.inbox, keys.results);
  // Without ListBucket S3 answers a missing object with 403 instead of 404.
  const list: Statement = { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] };
  const removeMedia: readonly Statement[] = [
    { actions: ["s3:ListBucketMultipartUploads"], resources: [bucket.bucketArn] },
    ofJobs("DeleteObject", "AbortMultipartUpload"),
  ];

  const queue = (...actions: string[]): Statement => ({
    actions: actions.map((action) => `sqs:${action}`),
    resources: [work.queueArn],
  });

  const webhooks = rows(tableKeys.webhooks("*"));
  const deliveryRows = rows(tableKeys.deliveries("*"));
  const deliveryQueue = (...actions: string[]): Statement => ({
    actions: actions.map((action) => `sqs:${action}`),
    resources: [deliveries.queueArn],
  });
  // The default bus takes events of any source; ours is the only one that these may name.
  const tell: Statement = {
    actions: ["events:PutEvents"],
    resources: [defaultBusArn],
    conditions: { StringEquals: { "events:source": eventSource } },
  };

  return {
    api: [
      tell,
      webhooks("GetItem", "Query", "PutItem", "DeleteItem"),
      deliveryRows("GetItem", "Query", "UpdateItem"),
      deliveryQueue("SendMessage"),
      jobs("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"),
      segments("Query", "DeleteItem"),
      workers("Query"),
      scaler("GetItem"),
      idempotency("GetItem", "PutItem"),
      queryIndexes,
      queue("SendMessage", "GetQueueAttributes"),
      list,
      ...removeMedia,
      // What the role may do, its presigned requests may do.
      everything("GetObject"),
      objects(keys.uploads, keys.models, keys.pipelines)("PutObject"),
      objects(keys.uploads)("ListMultipartUploadParts"),
      objects(keys.models, keys.pipelines)("DeleteObject", "AbortMultipartUpload"),
    ],
    // By hash and one at a time: it can neither list keys nor make any.
    authorize: [keyRows("GetItem")],
    onUpload: [
      tell,
      jobs("GetItem", "PutItem", "UpdateItem"),
      idempotency("GetItem", "PutItem"),
      queue("SendMessage"),
      list,
      // A folder of the inbox may have a pipeline's name.
      objects(keys.uploads, keys.inbox, keys.pipelines)("GetObject"),
      // What comes for a deleted job.
      objects(keys.uploads)("DeleteObject"),
    ],
    sweep: [
      tell,
      jobs("GetItem", "UpdateItem", "DeleteItem"),
      segments("GetItem", "Query", "UpdateItem", "DeleteItem"),
      queryIndexes,
      queue("SendMessage"),
      list,
      ...removeMedia,
      objects(keys.uploads, keys.inbox)("GetObject"),
    ],
    deadLetter: [
      tell,
      jobs("GetItem", "UpdateItem"),
      segments("GetItem", "UpdateItem"),
      queue("SendMessage"),
    ],
    deliverWebhooks: [
      tell,
      webhooks("GetItem", "Query", "UpdateItem"),
      deliveryRows("GetItem", "PutItem", "UpdateItem"),
      deliveryQueue("SendMessage", "ChangeMessageVisibility"),
    ],
    scale: [
      jobs("GetItem", "BatchGetItem"),
      segments("Query"),
      workers("Query"),
      scaler("GetItem", "PutItem"),
      queryIndexes,
    ],
    worker: [
      tell,
      jobs("GetItem"),
      {
        ...jobs("UpdateItem"),
        attributes: [
          jobsTable.partitionKey.name,
          jobsTable.sortKey.name,
          ...jobAttributesOfWorkers,
        ],
      },
      segments("GetItem", "Query", "PutItem", "UpdateItem"),
      // Its heartbeat, and its leave.
      workers("PutItem", "DeleteItem"),
      queue(
        "ReceiveMessage",
        "DeleteMessage",
        "ChangeMessageVisibility",
        "GetQueueAttributes",
        "SendMessage",
      ),
      list,
      everything("GetObject"),
      objects(keys.results)("PutObject", "AbortMultipartUpload"),
    ],
  } satisfies Record<string, readonly Statement[]>;
}
