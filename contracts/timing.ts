import { limits } from "./limits.ts";

export interface Timing {
  /** How long a claim holds without being renewed. */
  readonly leaseSeconds: number;
  readonly renewSeconds: number;
  /** After a renewal that failed, until it is tried again: a lease survives as many failures as if it were renewed that often. */
  readonly renewAgainSeconds: number;
  /** Clock skew that a take-over allows for. */
  readonly marginSeconds: number;
  /** Longer than lease and margin, so that the first redelivery finds the lease expired. */
  readonly visibilitySeconds: number;
}

/** All times of the lease protocol follow from the lease, so that shortening it keeps their order. */
export function timingFor(leaseSeconds: number = limits.leaseSeconds): Timing {
  return {
    leaseSeconds,
    renewSeconds: leaseSeconds / 3,
    renewAgainSeconds: leaseSeconds / 12,
    marginSeconds: leaseSeconds / 6,
    visibilitySeconds: Math.ceil(leaseSeconds * 1.5),
  };
}

/** Silence after which a worker counts as gone. */
export const aliveSecondsFor = (heartbeatSeconds: number): number =>
  limits.workerAliveHeartbeats * heartbeatSeconds;
