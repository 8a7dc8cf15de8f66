import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { JobId } from "../../../contracts/job-id.ts";
import type { WorkMessage } from "../../../contracts/message.ts";

/** Puts work messages into the dead-letter queue of a work queue, as if nobody had been able to take them. */
export async function deadLetterer(sqs: SQSClient, workQueueUrl: string) {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: workQueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes!.RedrivePolicy!) as {
    deadLetterTargetArn: string;
  };
  const folder = workQueueUrl.slice(0, workQueueUrl.lastIndexOf("/"));
  const QueueUrl = `${folder}/${deadLetterTargetArn.split(":").at(-1)}`;

  return async (jobId: string, run: number): Promise<void> => {
    const job_id = JobId.parse(jobId);
    const message: WorkMessage = { version: 1, kind: "plan", job_id, run };
    const MessageBody = JSON.stringify(message);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  };
}
