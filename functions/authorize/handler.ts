import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain from "@middy/core";
import { awsClients } from "../../aws/clients.ts";
import { dynamodbKeyStore } from "../../aws/dynamodb-key-store.ts";
import { AuthorizeEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { authorize } from "./authorize.ts";

const environment = readEnvironment(AuthorizeEnvironment, process.env);
const logger = new Logger({ serviceName: "authorize" });

export const handler = chain(
  authorize({
    keys: dynamodbKeyStore({ client: awsClients().dynamodb, table: environment.JOBS_TABLE }),
    log: logger,
  }),
).use(injectLambdaContext(logger));
