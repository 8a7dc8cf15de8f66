import { join } from "node:path";
import { openLocalAws } from "../aws/local-aws.ts";
import { provision } from "../provision.ts";
import { readAssembly } from "../template/assembly.ts";
import { readSystem } from "../template/system.ts";
import { readSettings, ready } from "./child-protocol.ts";

// The process in which S3, SQS, DynamoDB and the event rules live.

const { assemblyDirectory, stateDirectory, place, awsPort, credentials } = readSettings();
const system = readSystem(readAssembly(assemblyDirectory), place);

const aws = await openLocalAws({
  stateDirectory: join(stateDirectory, "aws"),
  port: awsPort,
  region: place.region,
  accountId: place.accountId,
  corsOrigins: [place.pageUrl, place.pageUrl.replace("127.0.0.1", "localhost")],
  ...credentials,
});
provision(aws, system);
process.on("SIGTERM", () => void aws.close().then(() => process.exit(0)));
process.send?.(ready);
