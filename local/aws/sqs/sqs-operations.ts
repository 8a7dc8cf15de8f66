import { AwsError } from "../aws-error.ts";
import type { Database } from "../state/database.ts";
import type { MoveTasks } from "./move-tasks.ts";
import type { QueueAttributes } from "./queue-attributes.ts";
import type { Queue } from "./queue-store.ts";
import type { ReceiveDependencies, ReceiveMessageInput } from "./receive-message.ts";
import { checkRange, receiveMessage, visibilitySecondsMax } from "./receive-message.ts";
import type { MessageSender, SendMessageInput } from "./send-message.ts";
import { missingParameter } from "./sqs-errors.ts";

export interface SqsDependencies extends ReceiveDependencies {
  readonly database: Database;
  readonly sender: MessageSender;
  readonly moveTasks: MoveTasks;
  readonly queueUrl: (name: string) => string;
}

/** The fields that requests use, as the JSON protocol names them. */
interface SqsInput extends SendMessageInput, ReceiveMessageInput {
  readonly QueueName?: string;
  readonly QueueNamePrefix?: string;
  readonly Attributes?: QueueAttributes;
  readonly tags?: Record<string, string>;
  readonly Tags?: Record<string, string>;
  readonly TagKeys?: readonly string[];
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly (SqsInput & { readonly Id: string })[];
  readonly SourceArn?: string;
  readonly DestinationArn?: string;
  readonly MaxResults?: number;
}

/** Answers one action; `signal` is aborted when the client has gone. */
export type SqsOperation = (input: SqsInput, signal: AbortSignal) => unknown;

const batchEntriesMax = 10;

/** Every action of the SQS API that is emulated, by name. */
export function sqsOperations(
  dependencies: SqsDependencies,
): Readonly<Record<string, SqsOperation>> {
  const { database, queues, messages, sender, moveTasks, queueUrl } = dependencies;
  const queueOf = ({ QueueUrl }: SqsInput) => queues.getByUrl(QueueUrl);
  const removeMessage = (queue: Queue, { ReceiptHandle }: SqsInput) =>
    messages.remove(queue, ReceiptHandle ?? "");
  const changeVisibility = (queue: Queue, input: SqsInput) => {
    if (input.VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
    const seconds = checkRange(
      "VisibilityTimeout",
      input.VisibilityTimeout,
      0,
      visibilitySecondsMax,
    );
    messages.changeVisibility(queue, input.ReceiptHandle ?? "", seconds * 1000);
  };
  const batch = (input: SqsInput, act: (queue: Queue, entry: SqsInput) => object | void) => {
    const queue = queueOf(input);
    return database.transaction(() => runBatch(input, (entry) => act(queue, entry)));
  };

  return {
    CreateQueue: ({ QueueName = "", Attributes = {}, tags = {} }) => {
      queues.insert(QueueName, Attributes, tags);
      return { QueueUrl: queueUrl(QueueName) };
    },
    GetQueueUrl: ({ QueueName = "" }) => ({ QueueUrl: queueUrl(queues.get(QueueName).name) }),
    ListQueues: ({ QueueNamePrefix }) => ({
      QueueUrls: queues.list(QueueNamePrefix).map(({ name }) => queueUrl(name)),
    }),
    DeleteQueue: (input) => {
      const { name } = queueOf(input);
      database.transaction(() => {
        messages.purge(name);
        queues.remove(name);
      });
    },
    PurgeQueue: (input) => messages.purge(queueOf(input).name),
    GetQueueAttributes: (input) => {
      const all = describeQueue(dependencies, queueOf(input));
      const names = input.AttributeNames ?? [];
      const wanted = Object.entries(all).filter(
        ([name]) => names.includes("All") || names.includes(name),
      );
      return { Attributes: Object.fromEntries(wanted) };
    },
    SetQueueAttributes: (input) =>
      queues.setAttributes(queueOf(input).name, input.Attributes ?? {}),
    TagQueue: (input) => {
      const { name, tags } = queueOf(input);
      queues.setTags(name, { ...tags, ...input.Tags });
    },
    UntagQueue: (input) => {
      const { name, tags } = queueOf(input);
      const kept = Object.entries(tags).filter(([key]) => !input.TagKeys?.includes(key));
      queues.setTags(name, Object.fromEntries(kept));
    },
    ListQueueTags: (input) => ({ Tags: queueOf(input).tags }),

    SendMessage: (input) => sender.send(queueOf(input), input),
    SendMessageBatch: (input) => batch(input, (queue, entry) => sender.send(queue, entry)),
    ReceiveMessage: (input, signal) => receiveMessage(dependencies, input, signal),
    DeleteMessage: (input) => removeMessage(queueOf(input), input),
    DeleteMessageBatch: (input) => batch(input, removeMessage),
    ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
    ChangeMessageVisibilityBatch: (input) => batch(input, changeVisibility),

    ListDeadLetterSourceQueues: (input) => ({
      queueUrls: moveTasks.listSources(queueOf(input)).map(({ name }) => queueUrl(name)),
    }),
    StartMessageMoveTask: ({ SourceArn = "", DestinationArn }) => ({
      TaskHandle: moveTasks.start(SourceArn, DestinationArn),
    }),
    ListMessageMoveTasks: ({ SourceArn = "", MaxResults = 1 }) => ({
      Results: moveTasks.list(SourceArn, MaxResults),
    }),
    CancelMessageMoveTask: () => moveTasks.cancel(),
  };
}

function describeQueue({ messages, queues }: SqsDependencies, queue: Queue): QueueAttributes {
  const { visible, inFlight, delayed } = messages.count(queue.name);
  return {
    ...queue.attributes,
    QueueArn: queues.arn(queue.name),
    CreatedTimestamp: String(queue.createdSeconds),
    LastModifiedTimestamp: String(queue.modifiedSeconds),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

/** Runs each entry for itself: what one refuses does not stop the others. */
function runBatch({ Entries = [] }: SqsInput, act: (entry: SqsInput) => object | void) {
  if (Entries.length === 0) {
    throw new AwsError(
      400,
      "EmptyBatchRequest",
      "There should be at least one entry in the request.",
    );
  }
  if (Entries.length > batchEntriesMax) {
    throw new AwsError(
      400,
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${batchEntriesMax}. You have sent ${Entries.length}.`,
    );
  }
  if (new Set(Entries.map(({ Id }) => Id)).size !== Entries.length) {
    throw new AwsError(400, "BatchEntryIdsNotDistinct", "Id repeated.");
  }

  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of Entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: Code, message: Message } = error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code, Message });
    }
  }
  return { Successful, Failed };
}
