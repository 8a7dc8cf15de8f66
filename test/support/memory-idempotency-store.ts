import type { JobId } from "../../contracts/job-id.ts";
import type { IdempotencyStore } from "../../contracts/ports/job-store.ts";

interface Reservation {
  readonly jobId: JobId;
  readonly requestHash: string;
  readonly expiresAt: number;
}

/** The idempotency store's second implementation. */
export function memoryIdempotencyStore(now: () => number = Date.now): IdempotencyStore {
  const reservations = new Map<string, Reservation>();
  return {
    async reserve({ owner, key, insteadOf, ...wanted }) {
      const name = JSON.stringify([owner, key]);
      const kept = reservations.get(name);
      const isKept = kept && kept.expiresAt > now() / 1000 && kept.jobId !== insteadOf;
      const { jobId, requestHash } = isKept ? kept : wanted;
      if (jobId === wanted.jobId) reservations.set(name, wanted);
      return { jobId, requestHash };
    },
  };
}
