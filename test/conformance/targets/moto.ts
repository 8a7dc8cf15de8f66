import { serviceSuites } from "../check.ts";
import { startServer } from "../start-server.ts";
import type { Target } from "../target.ts";
import { anyCredentials, elsewhere } from "../target.ts";

/** The mock of AWS that Python's tests use (PyPI moto[server]), at MOTO_URL or as `moto_server` on the path. */
export function moto({ MOTO_URL: url }: Readonly<Record<string, string | undefined>>): Target {
  const at = (address: string, close = async () => {}) =>
    elsewhere({
      services: serviceSuites,
      environment: { ...anyCredentials, AWS_ENDPOINT_URL: address },
      close,
    });
  return {
    name: "moto",
    async open() {
      if (url !== undefined) return at(url);
      const server = await startServer("moto_server", (port) => ["-p", String(port)]);
      return "absent" in server ? server : at(server.url, server.close);
    },
  };
}
