import { limits } from "../../contracts/limits.ts";
import type { Delivery, DeliveryChange } from "../../contracts/webhook.ts";
import type { Answer } from "./post-webhook.ts";

/** What is to be noted and done after a try; `retryInSeconds` where it is tried again, `gone` where the webhook is over. */
export interface Verdict {
  readonly change: DeliveryChange;
  readonly retryInSeconds?: number;
  readonly gone?: true;
}

/** Judges one answer, as the Standard Webhooks specification asks: 2xx is delivered, 410 disables, all else is tried again. */
export function afterAttempt(
  { attempts: before }: Pick<Delivery, "attempts">,
  answer: Answer,
  { now }: { readonly now: number },
): Verdict {
  const attempts = before + 1;
  const tried = { attempts, lastAttemptAt: now };
  if ("error" in answer) return failed({ ...tried, lastError: answer.error }, now);

  const { status } = answer;
  const answered = { ...tried, lastStatus: status };
  if (status >= 200 && status < 300) return { change: { ...answered, status: "delivered" } };
  if (status === 410) {
    return {
      change: { ...answered, status: "failed", lastError: "the receiver is gone" },
      gone: true,
    };
  }
  return failed({ ...answered, lastError: `the receiver answered ${status}` }, now);
}

function failed(change: Omit<DeliveryChange, "status">, now: number): Verdict {
  const retryInSeconds = limits.webhookRetrySeconds[change.attempts - 1];
  if (retryInSeconds === undefined) return { change: { ...change, status: "failed" } };
  const nextAttemptAt = now + retryInSeconds * 1000;
  return { change: { ...change, status: "pending", nextAttemptAt }, retryInSeconds };
}
