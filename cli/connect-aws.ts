import { accountClients, awsAccount } from "../aws/account.ts";
import type { AwsAccount } from "../contracts/ports/aws-account.ts";
import { UsageError } from "./faults.ts";

/** The account of the caller's credentials. Loaded only by commands that look at AWS: the clients take a while. */
export async function connectAws(region: string | undefined): Promise<AwsAccount> {
  const clients = accountClients(region);
  const here = await clients.sts.config.region().catch((cause: unknown) => {
    throw new UsageError("No region is known.", {
      hint: "Name it with --region, or set AWS_REGION.",
      cause,
    });
  });
  return awsAccount(clients, { region: here });
}
