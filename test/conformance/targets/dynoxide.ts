import { startServer } from "../start-server.ts";
import type { Target } from "../target.ts";
import { dynamodbAt } from "../target.ts";

/** A DynamoDB on SQLite that its authors check against AWS (crate dynoxide-rs), at DYNOXIDE_URL or on the path. */
export function dynoxide({
  DYNOXIDE_URL: url,
}: Readonly<Record<string, string | undefined>>): Target {
  return {
    name: "dynoxide",
    async open() {
      if (url !== undefined) return dynamodbAt(url);
      const server = await startServer("dynoxide", (port) => ["serve", "--port", String(port)]);
      return "absent" in server ? server : dynamodbAt(server.url, server.close);
    },
  };
}
