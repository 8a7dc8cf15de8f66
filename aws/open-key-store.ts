import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { KeyStore } from "../contracts/ports/key-store.ts";
import { dynamodbClient } from "./clients.ts";
import { dynamodbKeyStore } from "./dynamodb-key-store.ts";

/** The keys of a table; where it is and who asks, if not as the environment says. */
export const openKeyStore = ({
  table,
  ...place
}: { readonly table: string } & Pick<
  DynamoDBClientConfig,
  "endpoint" | "region" | "credentials"
>): KeyStore => dynamodbKeyStore({ client: dynamodbClient(place), table });
