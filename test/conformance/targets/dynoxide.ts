import { startServer } from "../start-server.ts";
import type { Target } from "../target.ts";
import { anyCredentials, elsewhere } from "../target.ts";

/** A DynamoDB on SQLite that its authors check against AWS (crate dynoxide-rs), at DYNOXIDE_URL or on the path. */
export function dynoxide({
  DYNOXIDE_URL: url,
}: Readonly<Record<string, string | undefined>>): Target {
  const at = (address: string, close = async () => {}) =>
    elsewhere({
      services: ["DynamoDB"],
      environment: { ...anyCredentials, AWS_ENDPOINT_URL_DYNAMODB: address },
      close,
    });
  return {
    name: "dynoxide",
    async open() {
      if (url !== undefined) return at(url);
      const server = await startServer("dynoxide", (port) => ["serve", "--port", String(port)]);
      return "absent" in server ? server : at(server.url, server.close);
    },
  };
}
