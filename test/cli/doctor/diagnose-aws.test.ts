import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DiagnoseAwsOptions } from "../../../cli/doctor/account/diagnose-aws.ts";
import { diagnoseAws } from "../../../cli/doctor/account/diagnose-aws.ts";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { allOf } from "../../support/all-of.ts";
import { FakeAwsAccount } from "../../support/fake-aws-account.ts";

const asked = vi.fn<(url: string) => Response>();

beforeEach(() => {
  asked
    .mockReset()
    .mockImplementation(
      () => new Response(null, { headers: { "access-control-allow-origin": "*" } }),
    );
  vi.stubGlobal("fetch", async (url: string) => asked(url));
});
afterEach(() => vi.unstubAllGlobals());

async function findings(
  account: FakeAwsAccount,
  options: Partial<DiagnoseAwsOptions> = {},
): Promise<Finding[]> {
  return allOf(
    diagnoseAws(account, {
      stack: "Framequeue",
      compute: "managed",
      spot: true,
      workersMax: 2,
      signal: new AbortController().signal,
      ...options,
    }),
  );
}
const faultsOf = (all: readonly Finding[]) => all.filter(({ verdict }) => verdict !== "ok");

function deployed(): FakeAwsAccount {
  const account = new FakeAwsAccount();
  account.deploy();
  return account;
}

test("an account with everything, and a deployment that works, has no fault", async () => {
  const all = await findings(deployed());

  expect(all.map(({ hop, verdict }) => `${hop}: ${verdict}`)).toEqual([
    "AWS account: ok",
    "CDK bootstrap: ok",
    "GPU quota, Spot: ok",
    "GPU quota, On-Demand: ok",
    "role AWSServiceRoleForECS: ok",
    "role AWSServiceRoleForECSCompute: ok",
    "role AWSServiceRoleForEC2Spot: ok",
    "Lambda concurrency: ok",
    "stack: ok",
    "upload CORS: ok",
    "upload events: ok",
  ]);
  expect(asked).toHaveBeenCalledWith("https://media.s3.eu-west-1.amazonaws.com/uploads/doctor");
});

interface Case {
  readonly name: string;
  readonly hop: string;
  readonly verdict?: Finding["verdict"];
  readonly says: RegExp;
  readonly hint: RegExp;
  readonly plant: (account: FakeAwsAccount) => unknown;
  readonly options?: Partial<DiagnoseAwsOptions>;
}

const cases: readonly Case[] = [
  {
    name: "a region without bootstrap",
    hop: "CDK bootstrap",
    says: /none in eu-west-1/,
    hint: /cdk bootstrap aws:\/\/111122223333\/eu-west-1/,
    plant: ({ stacks }) => stacks.delete("CDKToolkit"),
  },
  {
    name: "an old bootstrap",
    hop: "CDK bootstrap",
    says: /version 4 is older/,
    hint: /cdk bootstrap/,
    plant: (account) => account.addStack("CDKToolkit", { outputs: { BootstrapVersion: "4" } }),
  },
  {
    name: "no Spot GPUs, as in a new account",
    hop: "GPU quota, Spot",
    says: /0 vCPUs: 0 workers/,
    hint: /request-service-quota-increase .*L-3819A6DF --desired-value 8 --region eu-west-1/,
    plant: ({ quotas }) => quotas.set("L-3819A6DF", 0),
  },
  {
    name: "fewer Spot GPUs than wanted",
    hop: "GPU quota, Spot",
    verdict: "warning",
    says: /7 vCPUs: 1 worker of the smallest type, of 2 wanted/,
    hint: /L-3819A6DF/,
    plant: ({ quotas }) => quotas.set("L-3819A6DF", 7),
  },
  {
    name: "no On-Demand GPUs where Spot is used",
    hop: "GPU quota, On-Demand",
    verdict: "warning",
    says: /only a deployment with spot=false/,
    hint: /L-DB2E81BA/,
    plant: ({ quotas }) => quotas.set("L-DB2E81BA", 0),
  },
  {
    name: "no On-Demand GPUs where they are used",
    hop: "GPU quota, On-Demand",
    says: /0 workers/,
    hint: /L-DB2E81BA/,
    plant: ({ quotas }) => quotas.set("L-DB2E81BA", 0),
    options: { spot: false },
  },
  {
    name: "a role that ECS needs",
    hop: "role AWSServiceRoleForECSCompute",
    says: /is not there/,
    hint: /create-service-linked-role --aws-service-name ecs-compute.amazonaws.com/,
    plant: ({ roles }) => roles.delete("AWSServiceRoleForECSCompute"),
  },
  {
    name: "a Lambda concurrency of ten",
    hop: "Lambda concurrency",
    verdict: "warning",
    says: /^10 executions/,
    hint: /L-B99A9384/,
    plant: ({ quotas }) => quotas.set("L-B99A9384", 10),
  },
  {
    name: "a deployment that was rolled back",
    hop: "stack",
    says: /ROLLBACK_COMPLETE: no capacity/,
    hint: /must be deleted/,
    plant: (account) =>
      account.addStack("Framequeue", { status: "ROLLBACK_COMPLETE", statusReason: "no capacity" }),
  },
  {
    name: "somebody else's stack",
    hop: "stack",
    says: /no output ApiUrl/,
    hint: /--stack/,
    plant: (account) => account.addStack("Framequeue"),
  },
  {
    name: "a bucket that refuses the page",
    hop: "upload CORS",
    says: /refuses pages at https:\/\/page\.example\.com: 403/,
    hint: /CORS/,
    plant: () => asked.mockImplementation(() => new Response(null, { status: 403 })),
  },
  {
    name: "a rule that was disabled",
    hop: "upload events",
    says: /rule-1 is disabled/,
    hint: /enable-rule --name rule-1/,
    plant: ({ rules }) => rules.set("rule-1", { isEnabled: false, targets: 1 }),
  },
  {
    name: "a rule without a target",
    hop: "upload events",
    says: /no target/,
    hint: /Deploy again .*--revert-drift/,
    plant: ({ rules }) => rules.set("rule-1", { isEnabled: true, targets: 0 }),
  },
  {
    name: "a queue that somebody deleted",
    hop: "upload events",
    says: /queue-1 is gone/,
    hint: /Deploy again .*--revert-drift/,
    plant: ({ queues }) => queues.delete("queue-1"),
  },
  ...[
    ["cloudformation:ListStackResources", "upload events"],
    ["servicequotas:GetServiceQuota", "Lambda concurrency"],
    ["iam:GetRole", "service-linked roles"],
  ].map(([action, hop]): Case => ({
    name: `a caller who may not ${action}`,
    hop: hop!,
    verdict: "unknown",
    says: new RegExp(action!),
    hint: new RegExp(`Allow ${action}`),
    plant: ({ denied }) => denied.add(action!),
    options: { compute: hop === "Lambda concurrency" ? "none" : "managed" },
  })),
];

test.each(cases)("$name: that check says so, with what to do, and no other", async (planted) => {
  const account = deployed();
  planted.plant(account);

  const faults = faultsOf(await findings(account, planted.options));

  expect(faults).toEqual([
    {
      hop: planted.hop,
      verdict: planted.verdict ?? "broken",
      message: expect.stringMatching(planted.says),
      hint: expect.stringMatching(planted.hint),
    },
  ]);
});

test("credentials that do not work are the one broken hop, whatever is behind", async () => {
  const account = new FakeAwsAccount();
  account.identityFault = new Error("The security token included in the request is expired");

  const faults = faultsOf(await findings(account));

  expect(faults).toMatchObject([
    { hop: "AWS account", verdict: "broken", message: expect.stringMatching(/expired/) as string },
    { hop: "everything behind", verdict: "unknown" },
  ]);
});

test("before the first deployment there is nothing wrong with having none", async () => {
  const account = new FakeAwsAccount();

  const all = await findings(account, { compute: "none" });

  expect(faultsOf(all)).toEqual([]);
  expect(all.at(-1)?.message).toBe("Framequeue is not deployed in eu-west-1");
});

test("without GPUs of its own a deployment needs no quota and no role", async () => {
  const account = deployed();
  account.roles.clear();
  account.quotas.set("L-3819A6DF", 0);

  expect(faultsOf(await findings(account, { compute: "none" }))).toEqual([]);
});
