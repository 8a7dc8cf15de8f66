import type { WorkerCredentialsView } from "../../contracts/api.ts";
import { limits } from "../../contracts/limits.ts";
import type { WorkerCredentials } from "../../contracts/ports/worker-credentials.ts";
import type { RouteRequest } from "./route-request.ts";

export interface WorkerCredentialsDependencies {
  readonly credentials: WorkerCredentials;
  /** A worker whose token is revoked is to hear of it so soon. */
  readonly revokedWithinSeconds: number;
  readonly now: () => number;
}

/** Credentials for a worker's next minutes. They are told to end before they do: a worker that must ask often is soon refused. */
export const workerCredentials =
  ({ credentials, revokedWithinSeconds, now }: WorkerCredentialsDependencies) =>
  async ({
    keyId = "unnamed",
  }: Pick<RouteRequest<"workerCredentials">, "keyId">): Promise<WorkerCredentialsView> => {
    const issued = await credentials.issue(`worker-${keyId}`);
    const toldSeconds = limits.credentialsRenewedBeforeSeconds + revokedWithinSeconds;
    const told = now() + toldSeconds * 1000;
    return {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      Token: issued.sessionToken,
      Expiration: new Date(Math.min(told, issued.expiresAt)).toISOString(),
    };
  };
