import { jobsTable } from "../../../contracts/table.ts";
import type { Place } from "../place.ts";
import type { Attempt } from "./policy.ts";

type Row = Readonly<Record<string, { readonly S?: string }>>;

/** What of a call the rights are about. */
export interface CallInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Row;
  readonly Item?: Row;
  readonly KeyConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Row;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}
type Where = Pick<Place, "region" | "accountId">;

/** What a call of DynamoDB is an attempt at. Rows it says nothing of count as none, which no right holds for. */
export function dynamodbAttempt(
  action: string,
  input: CallInput,
  { region, accountId }: Where,
): Attempt {
  const index = input.IndexName === undefined ? "" : `/index/${input.IndexName}`;
  const partition = partitionOf(input);
  return {
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${region}:${accountId}:table/${input.TableName}${index}`,
    context: {
      ...(partition !== undefined && { "dynamodb:LeadingKeys": [partition] }),
      "dynamodb:Attributes": attributesOf(input),
    },
  };
}

/** Top-level attributes that the request names. Ours come by placeholders only; one that does not is seen as written. */
const attributesOf = ({
  Key,
  Item,
  ExpressionAttributeNames = {},
  UpdateExpression = "",
  ConditionExpression = "",
}: CallInput): string[] => [
  ...new Set([
    ...Object.keys(Key ?? Item ?? {}),
    ...Object.values(ExpressionAttributeNames),
    ...[UpdateExpression, ConditionExpression].flatMap(plainNames),
  ]),
];

/** Words of an expression that are neither placeholders, keywords nor functions. */
const plainNames = (expression: string): string[] =>
  [...expression.matchAll(/(?<![#:\w.])[A-Za-z_]\w*(?!\w*\s*\()/g)]
    .map(([word]) => word)
    .filter((word) => !/^(SET|ADD|REMOVE|DELETE|AND|OR|NOT|IN|BETWEEN)$/i.test(word));

function partitionOf(input: CallInput): string | undefined {
  const row = input.Key ?? input.Item;
  if (row) return row[jobsTable.partitionKey.name]?.S;

  const names = input.ExpressionAttributeNames ?? {};
  const values = input.ExpressionAttributeValues ?? {};
  const equals = (input.KeyConditionExpression ?? "").matchAll(/(#?\w+)\s*=\s*(:\w+)/g);
  for (const [, name = "", value = ""] of equals) {
    if ((names[name] ?? name) === jobsTable.partitionKey.name) return values[value]?.S;
  }
  return undefined;
}

/** What a call of SQS is an attempt at. */
export const sqsAttempt = (
  action: string,
  input: CallInput,
  { region, accountId }: Where,
): Attempt => ({
  // A batch needs the right to its one call.
  action: `sqs:${action.replace(/Batch$/, "")}`,
  resource: `arn:aws:sqs:${region}:${accountId}:${String(input["QueueUrl"] ?? input["QueueName"])
    .split("/")
    .at(-1)}`,
  context: {},
});

/** What PutEvents is an attempt at: on the bus, in the name of the entries' sources. */
export const eventsAttempt = (
  action: string,
  entries: readonly { readonly Source?: string | undefined }[],
  { region, accountId }: Where,
): Attempt => ({
  action: `events:${action}`,
  resource: `arn:aws:events:${region}:${accountId}:event-bus/default`,
  context: { "events:source": [...new Set(entries.flatMap(({ Source }) => Source ?? []))] },
});

/** Rights by method and sub-resource, of objects and of buckets; whatever else S3 can do, no role of ours may. */
const objectActions: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
  "POST uploads": "PutObject",
  "PUT uploadId": "PutObject",
  "POST uploadId": "PutObject",
  "GET uploadId": "ListMultipartUploadParts",
  "DELETE uploadId": "AbortMultipartUpload",
};
const bucketActions: Readonly<Record<string, string>> = {
  GET: "ListBucket",
  HEAD: "ListBucket",
  "GET uploads": "ListBucketMultipartUploads",
};
const subresources = ["uploads", "uploadId", "tagging", "acl", "policy", "cors", "delete"];

/** What a request to S3 is an attempt at. */
export function s3Attempt({
  method,
  bucket,
  key,
  parameters,
}: {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly parameters: ReadonlyMap<string, string>;
}): Attempt {
  const subresource = subresources.find((name) => parameters.has(name));
  const wanted = subresource === undefined ? method : `${method} ${subresource}`;
  const action = (key === "" ? bucketActions : objectActions)[wanted] ?? wanted.replace(" ", "-");
  return {
    action: `s3:${action}`,
    resource: key === "" ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`,
    context: {},
  };
}
