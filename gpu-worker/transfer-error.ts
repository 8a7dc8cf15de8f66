import { PermanentError, RetryableError } from "../contracts/errors.ts";
import { DeviceLost } from "./device-lost.ts";
import { wordsOf } from "./log.ts";
import { isMachineFault } from "./machine-fault.ts";

/** What an attempt fails with where the bucket did: says what it was about. A verdict and the machine's own faults stay what they are. */
export const transferError = (what: string, error: unknown): unknown =>
  [PermanentError, RetryableError, DeviceLost].some((known) => error instanceof known) ||
  isMachineFault(error)
    ? error
    : new RetryableError("WORKER_FAILED", `${what}: ${wordsOf(error)}`, { cause: error });
