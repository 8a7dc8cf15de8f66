import { randomBytes } from "node:crypto";
import { serviceSuites } from "../check.ts";
import { removeLeftovers } from "../remove-leftovers.ts";
import type { Target } from "../target.ts";
import { elsewhere } from "../target.ts";

const required = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** AWS itself, or whatever AWS_ENDPOINT_URL names, only when it is asked for. All that is made is removed. */
export function aws(
  variables: Readonly<Record<string, string | undefined>>,
  { isWanted }: { readonly isWanted: boolean },
): Target {
  return {
    name: "AWS",
    async open() {
      if (!isWanted) return { absent: "--aws was not given" };
      const missing = required.filter((name) => !variables[name]);
      if (missing.length) return { absent: `${missing.join(", ")} not set` };
      const environment = Object.fromEntries(
        Object.entries(variables).filter(
          (entry): entry is [string, string] => entry[0].startsWith("AWS_") && !!entry[1],
        ),
      );
      const run = `framequeue-conformance-${randomBytes(4).toString("hex")}`;
      return elsewhere({
        services: serviceSuites,
        environment: { ...environment, CONFORMANCE_RUN: run },
        close: () => removeLeftovers(`${run}-`, variables),
      });
    },
  };
}
