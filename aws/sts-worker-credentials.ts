import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { limits } from "../contracts/limits.ts";
import type { WorkerCredentials } from "../contracts/ports/worker-credentials.ts";

/** Credentials of the worker's role, as short-lived as STS gives them. */
export function stsWorkerCredentials({
  client,
  roleArn,
}: {
  readonly client: STSClient;
  readonly roleArn: string;
}): WorkerCredentials {
  return {
    async issue(session) {
      const { Credentials } = await client.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: session,
          DurationSeconds: limits.workerCredentialsSeconds,
        }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
        throw new Error("STS answered without credentials.");
      }
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiresAt: Expiration.getTime(),
      };
    },
  };
}
