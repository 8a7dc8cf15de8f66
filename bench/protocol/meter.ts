import { writeFileSync } from "node:fs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * Loaded into a worker's process in front of it (`node --import`): notes each call to AWS with its times, its write units and what
 * it was, and leaves the notes in the file METER_FILE when the process ends.
 */
export interface MeteredCall {
  readonly service: "dynamodb" | "s3" | "sqs";
  readonly command: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Of the table alone: DynamoDB counts what a write costs in the indexes too, the emulator does not. */
  readonly writeUnits: number;
  /** Status that an update sets, or whether a receive brought something. */
  readonly detail: string;
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}

const writes = ["PutCommand", "UpdateCommand", "DeleteCommand"];
const calls: MeteredCall[] = [];

function detailOf({ input }: Sent, answer: Record<string, unknown>): string {
  if (Array.isArray(answer["Messages"])) return "message";
  const values = Object.values(input["ExpressionAttributeValues"] ?? {});
  return values.filter((value) => typeof value === "string").join(" ");
}

function meter(service: MeteredCall["service"], prototype: { send: unknown }): void {
  const send = prototype.send as (command: Sent, ...rest: unknown[]) => Promise<object>;
  prototype.send = async function metered(command: Sent, ...rest: unknown[]) {
    const name = command.constructor.name;
    if (writes.includes(name)) command.input["ReturnConsumedCapacity"] = "TOTAL";
    const from = Date.now();
    const answer = (await send.call(this, command, ...rest)) as Record<string, unknown>;
    const consumed = answer["ConsumedCapacity"] as { CapacityUnits?: number } | undefined;
    calls.push({
      service,
      command: name,
      from,
      to: Date.now(),
      writeUnits: writes.includes(name) ? (consumed?.CapacityUnits ?? NaN) : 0,
      detail: detailOf(command, answer),
    });
    return answer;
  };
}

meter("dynamodb", DynamoDBDocumentClient.prototype);
meter("s3", S3Client.prototype);
meter("sqs", SQSClient.prototype);
process.on("exit", () => writeFileSync(process.env["METER_FILE"]!, JSON.stringify(calls)));
