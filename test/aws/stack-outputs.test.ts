import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { stackOutputs } from "../../aws/stack-outputs.ts";
import { listen } from "../support/http-server.ts";

/** A client of a CloudFormation that gives this one answer. */
async function clientThatHears(status: number, body: string): Promise<CloudFormationClient> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  const { origin, close } = await listen(server);
  const client = new CloudFormationClient({
    endpoint: origin,
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await close();
  });
  return client;
}

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

test("a stack's outputs are found by name", async () => {
  const client = await clientThatHears(
    200,
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Framequeue</StackName>
      <CreationTime>2026-11-26T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>
      <member><OutputKey>JobsTableName</OutputKey><OutputValue>jobs-1</OutputValue></member>
      <member><OutputKey>PageUrl</OutputKey><OutputValue>https://page</OutputValue></member>
    </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );

  expect(await stackOutputs("Framequeue", client)).toEqual({
    JobsTableName: "jobs-1",
    PageUrl: "https://page",
  });
});

test("of a stack that there is not, there are none", async () => {
  const words = "Stack with id Framequeue does not exist";
  const client = await clientThatHears(400, refusal("ValidationError", words));

  expect(await stackOutputs("Framequeue", client)).toBeUndefined();
});

test("who may not ask is told so", async () => {
  const client = await clientThatHears(403, refusal("AccessDenied", "Not authorized"));

  await expect(stackOutputs("Framequeue", client)).rejects.toMatchObject({ name: "AccessDenied" });
});
