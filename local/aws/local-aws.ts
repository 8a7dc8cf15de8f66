import { mkdirSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { ecsService } from "./ecs/ecs-service.ts";
import { openDynamoDb } from "./dynamodb/open-dynamodb.ts";
import type { TableDefinition } from "./dynamodb/provision-table.ts";
import type { EventRule } from "./events/event-rules.ts";
import { EventRules } from "./events/event-rules.ts";
import { Roles, type RoleDefinition } from "./iam/roles.ts";
import { eventsService } from "./events/put-events.ts";
import { jsonHandler } from "./http/json-service.ts";
import { listen } from "./http/listen.ts";
import type { BucketDefinition } from "./s3/open-s3.ts";
import { openS3 } from "./s3/open-s3.ts";
import type { QueueDefinition } from "./sqs/open-sqs.ts";
import { openSqs } from "./sqs/open-sqs.ts";
import { runtimeSessions } from "./sts/runtime-session.ts";
import { openSts } from "./sts/open-sts.ts";
import { SessionStore } from "./sts/session-store.ts";
import { Database } from "./state/database.ts";
import { lockDirectory } from "./state/directory-lock.ts";

export interface LocalAwsOptions {
  /** Everything is kept here: `aws.db` and `blobs/`. One process at a time. */
  readonly stateDirectory: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** Origins that every CORS rule of every bucket admits besides its own: the pages of this machine. */
  readonly corsOrigins?: readonly string[];
  readonly ttlSweepSeconds?: number;
}

/**
 * S3, SQS, DynamoDB, STS, EventBridge and an ECS without capacity on this machine, behind one address. What provisions is
 * meant to be called on every start: it makes what is missing, sets what differs and keeps the data.
 */
export interface LocalAws extends AsyncDisposable {
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly s3: { createBucket(definition: BucketDefinition): void };
  readonly sqs: {
    /** A dead-letter queue must be there before the queue that names it. */
    createQueue(definition: QueueDefinition): { url: string; arn: string };
    queueUrl(name: string): string;
    queueArn(name: string): string;
  };
  readonly dynamodb: { createTable(definition: TableDefinition): void };
  readonly iam: {
    /** The roles that there are, with their rights and functions; those of before are forgotten. */
    putRoles(roles: readonly RoleDefinition[]): void;
  };
  readonly events: {
    /** The target queues must be there; a matcher that is not known is refused. */
    putRule(rule: EventRule): void;
    removeRule(name: string): void;
    listRules(): string[];
  };
  close(): Promise<void>;
}

const maintenanceMs = 30_000;

/** Opens the state and listens. A directory that another process uses is refused. */
export async function openLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { stateDirectory, port, region = "us-east-1", accountId = "000000000000" } = options;
  const { accessKeyId = "local", secretAccessKey = "local-secret" } = options;
  mkdirSync(stateDirectory, { recursive: true });
  await using opened = new AsyncDisposableStack();
  opened.use(lockDirectory(stateDirectory));
  const database = new Database(join(stateDirectory, "aws.db"));
  opened.defer(() => database.close());

  const roles = new Roles();
  const sessions = new SessionStore(database);
  const credentials = { accessKeyId, secretAccessKey };
  const place = { region, accountId, credentials, sessions, roles };
  let url = "";
  const sqs = openSqs({ database, place, url: () => url });
  const rules = new EventRules(database, sqs.sendToQueue);
  const s3 = openS3({
    database,
    stateDirectory,
    place,
    corsOrigins: options.corsOrigins ?? [],
    queueExists: sqs.queueExists,
    sendToQueue: sqs.sendToQueue,
    deliverEvent: (event) => rules.deliver(event),
  });
  const dynamodb = openDynamoDb({ database, place });

  const sts = openSts(place);
  const ecs = jsonHandler(ecsService(place));
  const events = jsonHandler(eventsService({ database, place, rules }));

  const route = ({ headers }: IncomingMessage) => {
    const action = String(headers["x-amz-target"] ?? "");
    if (action.startsWith("AmazonSQS.")) return sqs.handle;
    // The one service here whose action stands in the body.
    if (headers.authorization?.includes("/sts/aws4_request")) return sts.handle;
    if (action.startsWith("AWSEvents.")) return events;
    if (action.startsWith("AmazonEC2ContainerService")) return ecs;
    return action.startsWith("DynamoDB_20120810.") ? dynamodb.handle : s3.handle;
  };
  const server = await listen(port, route);
  opened.defer(() => server.close());
  opened.defer(() => sqs.close());
  ({ url } = server);

  const expiry = setInterval(sqs.expire, maintenanceMs).unref();
  opened.defer(() => clearInterval(expiry));
  const ttlSweepMs = (options.ttlSweepSeconds ?? maintenanceMs / 1000) * 1000;
  const sweep = setInterval(dynamodb.sweep, ttlSweepMs).unref();
  opened.defer(() => clearInterval(sweep));

  const resources = opened.move();
  return {
    url,
    region,
    accountId,
    accessKeyId,
    secretAccessKey,
    s3: { createBucket: s3.createBucket },
    sqs: { createQueue: sqs.createQueue, queueUrl: sqs.queueUrl, queueArn: sqs.queueArn },
    dynamodb: { createTable: dynamodb.createTable },
    iam: {
      putRoles: (definitions) => {
        roles.set(definitions);
        sessions.setRunning(runtimeSessions(definitions, credentials));
      },
    },
    events: {
      putRule: (rule) => {
        const missing = rule.targets.find(({ queueArn }) => !sqs.queueExists(queueArn));
        if (missing) throw new Error(`Rule ${rule.name}: no queue is ${missing.queueArn}`);
        rules.put(rule);
      },
      removeRule: (name) => rules.remove(name),
      listRules: () => rules.listNames(),
    },
    close: () => resources.disposeAsync(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
