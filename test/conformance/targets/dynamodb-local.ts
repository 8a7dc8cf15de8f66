import { dirname, join } from "node:path";
import { startServer } from "../start-server.ts";
import type { Target } from "../target.ts";
import { dynamodbAt } from "../target.ts";

/** Amazon's own emulator, where somebody has accepted its terms: nothing here downloads it. */
export function dynamodbLocal({
  DYNAMODB_LOCAL_URL: url,
  DYNAMODB_LOCAL_JAR: jar,
}: Readonly<Record<string, string | undefined>>): Target {
  return {
    name: "DynamoDB Local",
    async open() {
      if (url !== undefined) return dynamodbAt(url);
      if (jar === undefined) {
        return { absent: "neither DYNAMODB_LOCAL_URL nor DYNAMODB_LOCAL_JAR is set" };
      }
      const server = await startServer("java", (port) => [
        `-Djava.library.path=${join(dirname(jar), "DynamoDBLocal_lib")}`,
        "-jar",
        jar,
        "-inMemory",
        "-sharedDb",
        "-port",
        String(port),
      ]);
      return "absent" in server ? server : dynamodbAt(server.url, server.close);
    },
  };
}
