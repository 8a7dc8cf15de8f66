import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Moved } from "../contracts/ports/job-store.ts";
import type { Transition } from "../contracts/protocol/transition.ts";
import { jobsTable } from "../contracts/table.ts";
import type { WorkRow } from "../contracts/work-row.ts";
import { expressionWriter } from "./dynamodb-expression.ts";
import { rowOf, whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

interface Key {
  readonly pk: string;
  readonly sk: string;
}

const partitionKey = jobsTable.partitionKey.name;

/** Single rows of the table. Each change is one conditional write to one row; there are no transactions. */
export function dynamodbRows<Row extends WorkRow>({ client, table }: TableDependencies) {
  async function find(key: Key): Promise<Row | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item && rowOf<Row>(Item);
  }

  return {
    find,

    /** False when there is a row already. */
    async insert(key: Key, row: Row): Promise<boolean> {
      return whenConditionHolds(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...row, ...key },
            ConditionExpression: "attribute_not_exists(#pk)",
            ExpressionAttributeNames: { "#pk": partitionKey },
          }),
        ),
      ).then(Boolean);
    },

    async move(key: Key, transition: Transition): Promise<Moved<Row>> {
      const write = expressionWriter();
      // An update would make a row where there is none.
      const exists = `attribute_exists(${write.name(partitionKey)})`;
      const wanted = write.condition(transition.condition);
      const condition = transition.condition.is === "any" ? `(${wanted})` : wanted;
      const written = await whenConditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: key,
            ConditionExpression: `${exists} AND ${condition}`,
            UpdateExpression: write.update(transition.update),
            ...write.attributes(),
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      if (written) return { moved: true, row: rowOf<Row>(written.Attributes!) };

      const row = await find(key);
      if (!row) return { moved: false };
      return { moved: transition.hadWorked(row), row };
    },
  };
}
