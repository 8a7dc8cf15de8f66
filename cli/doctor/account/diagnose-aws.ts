import { NotAllowed, type AwsAccount, type Stack } from "../../../contracts/ports/aws-account.ts";
import type { System } from "../../session.ts";
import type { Finding } from "../finding.ts";
import { broken, ok, unknown } from "../finding.ts";
import { canary } from "./canary.ts";
import { checkAccount } from "./check-account.ts";
import { checkBootstrap } from "./check-bootstrap.ts";
import { checkConcurrency } from "./check-concurrency.ts";
import { checkGpuQuotas } from "./check-gpu-quotas.ts";
import { checkRoles } from "./check-roles.ts";
import { checkBucketCors, checkStatus, checkUploadEvents } from "./check-stack.ts";
import type { Compute } from "./compute.ts";

export interface DiagnoseAwsOptions extends Compute {
  readonly stack: string;
  readonly signal: AbortSignal;
  /** Sends a video through the deployment, whose API is at this address. */
  readonly canary?: {
    readonly connect: (apiUrl: string) => System;
    readonly patienceSeconds: number;
  };
}

/** Looks at the account, then at the deployment in it. A right that the caller lacks leaves its check unknown, and no other. */
export async function* diagnoseAws(
  account: AwsAccount,
  options: DiagnoseAwsOptions,
): AsyncGenerator<Finding> {
  const { signal } = options;
  const identity = await checkAccount(account);
  yield identity;
  if (identity.verdict === "broken") {
    yield unknown("everything behind", "cannot be asked");
    return;
  }

  yield* attempt("CDK bootstrap", () => checkBootstrap(account));
  if (options.compute !== "none") {
    yield* attempt("GPU quota", () => checkGpuQuotas(account, options));
    yield* attempt("service-linked roles", () => checkRoles(account, options));
  }
  yield* attempt("Lambda concurrency", () => checkConcurrency(account));

  const found: { deployed?: Stack } = {};
  yield* attempt("stack", async () => {
    const stack = await account.findStack(options.stack);
    if (!stack) return ok("stack", `${options.stack} is not deployed in ${account.region}`);
    const status = checkStatus(options.stack, stack);
    if (status.verdict === "ok") found.deployed = stack;
    return status;
  });
  const { deployed } = found;
  if (deployed) {
    yield* attempt("upload CORS", () => checkBucketCors(account, deployed, signal));
    yield* attempt("upload events", () => checkUploadEvents(account, options.stack));
  }

  if (!options.canary) return;
  if (!deployed) {
    yield unknown("canary", "there is no deployment to send it through");
    return;
  }
  const { connect, patienceSeconds } = options.canary;
  const system = connect(deployed.outputs["ApiUrl"]!);
  yield* attempt("canary", () => canary(system, { patienceSeconds, signal }));

  async function* attempt(
    hop: string,
    look: () => Promise<Finding | readonly Finding[]>,
  ): AsyncGenerator<Finding> {
    try {
      yield* [await look()].flat();
    } catch (error) {
      signal.throwIfAborted();
      yield fault(hop, error);
    }
  }
}

function fault(hop: string, error: unknown): Finding {
  if (error instanceof NotAllowed) {
    return unknown(hop, error.message, `Allow ${error.action}, or ask somebody who may.`);
  }
  return broken(hop, error instanceof Error ? error.message : String(error));
}
