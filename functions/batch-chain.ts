import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain from "@middy/core";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { ComesBack } from "./comes-back.ts";

/** A handler of an SQS batch: messages that fail come back, the others are done. */
export function batchChain(
  logger: Logger,
  take: (body: string, messageId: string, receipt: string) => Promise<void>,
) {
  async function takeRecord({ body, messageId, receiptHandle }: SQSRecord): Promise<void> {
    try {
      await take(body, messageId, receiptHandle);
    } catch (error) {
      if (error instanceof ComesBack) logger.info(error.message, { messageId });
      else logger.error("A message failed and comes back.", { messageId, error: error as Error });
      throw error;
    }
  }

  return chain((event: SQSEvent, context: Context) =>
    processPartialResponse(event, takeRecord, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    }),
  ).use(injectLambdaContext(logger));
}
