import { dirname, join } from "node:path";
import { startServer } from "../start-server.ts";
import type { Target } from "../target.ts";
import { anyCredentials, elsewhere } from "../target.ts";

/** Amazon's own emulator, where somebody has accepted its terms: nothing here downloads it. */
export function dynamodbLocal({
  DYNAMODB_LOCAL_URL: url,
  DYNAMODB_LOCAL_JAR: jar,
}: Readonly<Record<string, string | undefined>>): Target {
  const at = (address: string, close = async () => {}) =>
    elsewhere({
      services: ["DynamoDB"],
      environment: { ...anyCredentials, AWS_ENDPOINT_URL_DYNAMODB: address },
      close,
    });
  return {
    name: "DynamoDB Local",
    async open() {
      if (url !== undefined) return at(url);
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
      return "absent" in server ? server : at(server.url, server.close);
    },
  };
}
