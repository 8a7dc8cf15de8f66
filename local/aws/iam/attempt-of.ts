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
  readonly RequestItems?: Readonly<Record<string, Pick<TableRequest, "Keys">>>;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}
/** A call's part about one table; `Keys` where it is about several rows. */
type TableRequest = Omit<CallInput, "RequestItems"> & { readonly Keys?: readonly Row[] };
interface EcsInput {
  readonly cluster?: string;
  readonly taskDefinition?: string;
  readonly tasks?: readonly string[];
}
type Where = Pick<Place, "region" | "accountId">;

/** What a call of DynamoDB is an attempt at. Rows it says nothing of count as none, which no right holds for. */
export function dynamodbAttempts(action: string, input: CallInput, where: Where): Attempt[] {
  if (action !== "BatchGetItem") return [tableAttempt(action, input, where)];
  return Object.entries(input.RequestItems ?? {}).map(([TableName, request]) =>
    tableAttempt(action, { TableName, ...request }, where),
  );
}

function tableAttempt(
  action: string,
  request: TableRequest,
  { region, accountId }: Where,
): Attempt {
  const index = request.IndexName === undefined ? "" : `/index/${request.IndexName}`;
  const partitions = partitionsOf(request);
  return {
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${region}:${accountId}:table/${request.TableName}${index}`,
    context: {
      ...(partitions && { "dynamodb:LeadingKeys": partitions }),
      "dynamodb:Attributes": attributesOf(request),
    },
  };
}

const rowsOf = ({ Key, Item, Keys }: TableRequest): readonly Row[] | undefined =>
  Keys ?? (Key && [Key]) ?? (Item && [Item]);

/** Top-level attributes that the request names. Ours come by placeholders only; one that does not is seen as written. */
const attributesOf = (request: TableRequest): string[] => [
  ...new Set([
    ...(rowsOf(request) ?? []).flatMap(Object.keys),
    ...Object.values(request.ExpressionAttributeNames ?? {}),
    ...[request.UpdateExpression, request.ConditionExpression].flatMap(plainNames),
  ]),
];

/** Words of an expression that are neither placeholders, keywords nor functions. */
const plainNames = (expression = ""): string[] =>
  [...expression.matchAll(/(?<![#:\w.])[A-Za-z_]\w*(?!\w*\s*\()/g)]
    .map(([word]) => word)
    .filter((word) => !/^(SET|ADD|REMOVE|DELETE|AND|OR|NOT|IN|BETWEEN)$/i.test(word));

/** The partition of each row; undefined where one has none. */
function partitionsOf(request: TableRequest): string[] | undefined {
  const rows = rowsOf(request) ?? [queriedRow(request)];
  const partitions = rows.flatMap((row) => row[jobsTable.partitionKey.name]?.S ?? []);
  return partitions.length > 0 && partitions.length === rows.length ? partitions : undefined;
}

/** What a query asks to be equal. */
function queriedRow({
  KeyConditionExpression = "",
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {},
}: TableRequest): Row {
  const equals = [...KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)];
  return Object.fromEntries(
    equals.map(([, name = "", value = ""]) => [names[name] ?? name, values[value] ?? {}]),
  );
}

/** What a call of SQS is an attempt at. */
export const sqsAttempt = (
  action: string,
  { QueueUrl, QueueName }: CallInput,
  { region, accountId }: Where,
): Attempt => ({
  // A batch needs the right to its one call.
  action: `sqs:${action.replace(/Batch$/, "")}`,
  resource: `arn:aws:sqs:${region}:${accountId}:${String(QueueUrl ?? QueueName)
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

/** What AssumeRole is an attempt at. */
export const assumeRoleAttempt = (roleArn: string): Attempt => ({
  action: "sts:AssumeRole",
  resource: roleArn,
  context: {},
});

/** What a call of ECS is an attempt at. The roles that a task is given stand in its definition, which is not known here. */
export function ecsAttempts(
  action: string,
  { cluster, taskDefinition, tasks }: EcsInput,
): Attempt[] {
  const named = action === "RunTask" ? [String(taskDefinition)] : tasks;
  return (named ?? ["*"]).map((resource) => ({
    action: `ecs:${action}`,
    resource,
    context: cluster === undefined ? {} : { "ecs:cluster": [cluster] },
  }));
}

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

/** What a request to S3 is an attempt at; a deletion of many keys is one for each, once they are read. */
export function s3Attempts({
  method,
  bucket,
  key,
  parameters = new Map(),
}: {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly parameters?: ReadonlyMap<string, string>;
}): Attempt[] {
  const subresource = subresources.find((name) => parameters.has(name));
  const wanted = subresource === undefined ? method : `${method} ${subresource}`;
  if (key === "" && wanted === "POST delete") return [];
  const action = (key === "" ? bucketActions : objectActions)[wanted] ?? wanted.replace(" ", "-");
  const path = key === "" ? bucket : `${bucket}/${key}`;
  return [{ action: `s3:${action}`, resource: `arn:aws:s3:::${path}`, context: {} }];
}
