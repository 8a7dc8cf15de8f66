import { fromHttp } from "@aws-sdk/credential-providers";
import { limits } from "../contracts/limits.ts";

/** The API's answer to a token that is revoked, or was never one. The provider tells the status in words only. */
const refusal = /status: 40[13]\b/;
const triesMax = 3;

export interface BorrowedCredentialsOptions {
  readonly url: string;
  readonly token: string;
  /** The API refuses the token. It will not think better of it. */
  readonly refused: () => void;
  /** Waits between two tries, in seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** Credentials that the API lends for some minutes; the SDK asks anew before they end. */
export function borrowedCredentials({ url, token, refused, wait }: BorrowedCredentialsOptions) {
  const ask = fromHttp({
    awsContainerCredentialsFullUri: url,
    awsContainerAuthorizationToken: `Bearer ${token}`,
    timeout: limits.workerApiSeconds * 1000,
    // Its own tries do not tell a refusal from a fault, and wait for a whole timeout between two.
    maxRetries: 0,
  });
  return async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Error && refusal.test(error.message)) {
          refused();
          throw error;
        }
        if (tries === triesMax) throw error;
        await wait(tries);
      }
    }
  };
}
