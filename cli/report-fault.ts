import { CommanderError } from "@commander-js/extra-typings";
import { ApiError } from "./client/api-error.ts";
import { exitCodes } from "./exit-codes.ts";
import { ModelRefused } from "../models/model-refused.ts";
import { CommandError, Interrupted, TimedOut, UsageError } from "./faults.ts";
import type { Output } from "./output.ts";

/** What the API says in its own words, said for who types commands. */
const hints: Readonly<Partial<Record<string, string>>> = {
  PIPELINE_UNKNOWN: "`framequeue pipelines` lists those that there are.",
  PIPELINE_NOT_FOUND: "`framequeue pipelines` lists those that there are.",
  CLASS_UNKNOWN: "`framequeue pipelines --json` lists the classes of each.",
};

/** Says what went wrong and what to do, and gives the exit code for it. */
export function reportFault(fault: unknown, { error }: Pick<Output, "error">): number {
  // Commander has said its words already.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (fault instanceof Interrupted) {
    return fault.signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
  }
  if (fault instanceof ApiError) {
    error(`${fault.title} (${fault.code})`, fault.detail, hints[fault.code] ?? fault.hint);
    if (fault.status === 401 || fault.status === 403) return exitCodes.notAuthorised;
    return fault.status === 404 ? exitCodes.notFound : exitCodes.failure;
  }

  const message = fault instanceof Error ? fault.message : String(fault);
  const isHelped =
    fault instanceof CommandError || fault instanceof UsageError || fault instanceof ModelRefused;
  error(message, isHelped ? fault.hint : undefined);
  if (fault instanceof UsageError) return exitCodes.usage;
  return fault instanceof TimedOut ? exitCodes.timeout : exitCodes.failure;
}
