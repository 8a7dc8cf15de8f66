import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type {
  Message,
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "./endpoint.ts";
import { clientOptions, sqsClient, uniqueName } from "./endpoint.ts";

type Attributes = Record<string, string>;

/** The calls that most SQS tests make. */
export class SqsActor {
  readonly endpoint: AwsEndpoint;
  readonly sqs: SQSClient;
  /** For long polls: they hold sockets, and senders must not wait for those. */
  readonly #pollingSqs: SQSClient;

  constructor(endpoint: AwsEndpoint) {
    this.endpoint = endpoint;
    this.sqs = sqsClient(endpoint);
    this.#pollingSqs = new SQSClient({
      ...clientOptions(endpoint),
      requestHandler: { httpAgent: { maxSockets: 300 } },
    });
  }

  /** Makes a queue of its own for a test and returns its URL. */
  async createQueue(Attributes: Attributes = {}, name = uniqueName("contract")): Promise<string> {
    const QueueName = Attributes["FifoQueue"] === "true" ? `${name}.fifo` : name;
    const { QueueUrl = "" } = await this.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes }),
    );
    return QueueUrl;
  }

  async attributes(QueueUrl: string): Promise<Attributes> {
    const { Attributes: found = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return found;
  }

  async arn(QueueUrl: string): Promise<string> {
    return (await this.attributes(QueueUrl))["QueueArn"] ?? "";
  }

  async send(
    QueueUrl: string,
    MessageBody: string,
    more: Partial<SendMessageCommandInput> = {},
  ): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  }

  async receive(
    QueueUrl: string,
    more: Partial<ReceiveMessageCommandInput> = {},
    abortSignal?: AbortSignal,
  ): Promise<Message[]> {
    const { Messages = [] } = await this.#pollingSqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
        ...more,
      }),
      abortSignal ? { abortSignal } : {},
    );
    return Messages;
  }

  async bodies(QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) {
    return (await this.receive(QueueUrl, more)).map(({ Body }) => Body);
  }

  async delete(QueueUrl: string, { ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }

  async changeVisibility(
    QueueUrl: string,
    { ReceiptHandle }: Message,
    VisibilityTimeout: number,
  ): Promise<void> {
    await this.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  }
}
