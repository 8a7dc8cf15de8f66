import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { JobId } from "../contracts/job-id.ts";
import type { JobRow } from "../contracts/job.ts";
import type { WorkRow } from "../contracts/work-row.ts";

export interface TableDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** A row out of an item, without the table's keys. */
export function rowOf<Row extends WorkRow = JobRow>({
  pk: _pk,
  sk: _sk,
  ...row
}: Record<string, unknown>): Row {
  return row as unknown as Row;
}

/** Which job a key of the table is about. */
export const jobIdOf = ({ pk }: { pk: string }): JobId => JobId.parse(pk.slice("JOB#".length));

/** The answer to a conditional write, or undefined where its condition failed. */
export async function whenConditionHolds<Answer>(
  answer: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
