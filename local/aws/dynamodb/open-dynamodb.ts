import { jsonHandler } from "../http/json-service.ts";
import { dynamodbAttempts, type CallInput } from "../iam/attempt-of.ts";
import type { Place } from "../place.ts";
import type { Database } from "../state/database.ts";
import { dynamoDbService } from "./dynamodb-server.ts";
import { DynaliteStore } from "./dynalite-store.ts";
import type { TableDefinition } from "./provision-table.ts";
import { provisionTable } from "./provision-table.ts";
import { SecondaryIndexes } from "./secondary-indexes.ts";
import { TableEngine } from "./table-engine.ts";
import { TimeToLive } from "./time-to-live.ts";
import { Transactions } from "./transactions.ts";

/** DynamoDB on the database. */
export function openDynamoDb({ database, place }: { database: Database; place: Place }) {
  const store = new DynaliteStore(database, place);
  const engine = new TableEngine(database, store);
  const transactions = new Transactions(database, store, engine);
  const timeToLive = new TimeToLive(database, store, engine);
  const indexes = new SecondaryIndexes(database, store);

  const { region, credentials, sessions, roles } = place;
  const service = dynamoDbService(
    { engine, transactions, timeToLive, indexes },
    { service: "dynamodb", region, credentials, sessions },
    (session, action, input) =>
      roles.check(session, dynamodbAttempts(action, input as CallInput, place)),
  );
  return {
    handle: jsonHandler(service),
    createTable: (definition: TableDefinition): void =>
      provisionTable({ store, engine, indexes, timeToLive }, definition),
    sweep: (): void => timeToLive.sweep(),
  };
}
