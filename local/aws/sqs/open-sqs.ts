import { jsonHandler } from "../http/json-service.ts";
import { sqsAttempt, type CallInput } from "../iam/attempt-of.ts";
import type { Place } from "../place.ts";
import type { Database } from "../state/database.ts";
import { LongPolls } from "./long-polls.ts";
import { MessageStore } from "./message-store.ts";
import { MoveTasks } from "./move-tasks.ts";
import { QueueStore } from "./queue-store.ts";
import { MessageSender } from "./send-message.ts";
import { sqsService } from "./sqs-server.ts";

/** A queue to be made. Values may stand as a template has them: numbers, booleans and objects become text. */
export interface QueueDefinition {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | object>>;
}

export interface SqsOptions {
  readonly database: Database;
  readonly place: Place;
  /** The server's address, which is not known before it listens. */
  readonly url: () => string;
}

/** SQS on the database. */
export function openSqs({ database, place, url }: SqsOptions) {
  const queues = new QueueStore(database, place);
  const messages: MessageStore = new MessageStore(database, queues, (queue) =>
    longPolls.wake(queue),
  );
  const longPolls = new LongPolls(queues, messages);
  const sender = new MessageSender(database, messages);
  const moveTasks = new MoveTasks(database, queues, messages);
  const queueUrl = (name: string) => `${url()}/${place.accountId}/${name}`;

  const { region, credentials, sessions, roles } = place;
  const service = sqsService(
    { database, queues, messages, longPolls, sender, moveTasks, queueUrl },
    { service: "sqs", region, credentials, sessions },
    (session, action, input) =>
      roles.check(session, [sqsAttempt(action, input as CallInput, place)]),
  );

  return {
    handle: jsonHandler(service),
    queueUrl,
    queueArn: (name: string) => queues.arn(name),
    queueExists: (arn: string) => queues.findByArn(arn) !== undefined,
    /** Adds a message in the caller's transaction; without the queue it is dropped, as AWS would in the end. */
    sendToQueue: (arn: string, body: string): void => {
      const queue = queues.findByArn(arn);
      if (queue) sender.send(queue, { MessageBody: body });
    },
    /** Makes the queue, or gives an existing one exactly these attributes; its messages stay. */
    createQueue: ({ name, attributes = {} }: QueueDefinition): { url: string; arn: string } => {
      const texts = Object.entries(attributes).map(([key, value]) => [key, toText(value)] as const);
      queues.provision(name, Object.fromEntries(texts));
      return { url: queueUrl(name), arn: queues.arn(name) };
    },
    expire: (): void => {
      messages.expire();
      sender.expire();
    },
    close: (): void => longPolls.close(),
  };
}

function toText(value: string | number | boolean | object): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
