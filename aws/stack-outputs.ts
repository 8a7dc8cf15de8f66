import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";

/** Outputs of a CloudFormation stack by name; undefined where there is no such stack. */
export async function stackOutputs(
  stack: string,
  client: CloudFormationClient = new CloudFormationClient(),
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Object.fromEntries(
      (Stacks[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [
        OutputKey,
        OutputValue,
      ]),
    );
  } catch (error) {
    // CloudFormation has no error of its own for a stack that there is not.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
