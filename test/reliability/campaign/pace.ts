import type { Edit } from "../../support/tree-copy.ts";

/** A shorter one is lost to a machine of two cores that starts a worker every second, not to a fault. */
export const leaseSeconds = 3;

export const heartbeatSeconds = 5;
/** The longest clip becomes three segments, the shortest stays in one. */
export const segmentFrames = 40;

const shorter = (name: string, from: string, to: string): Edit => ({
  file: "contracts/limits.ts",
  from: `  ${name}: ${from},`,
  to: `  ${name}: ${to},`,
});

/**
 * Waits of the deployed system that would fill a campaign, shortened in the copy that it runs; each is the product's
 * own number in `contracts/limits.ts` by about the same factor as the lease. Nothing else differs.
 */
export const pace: readonly Edit[] = [
  shorter("backoffSeconds", "30", "1"),
  shorter("undispatchedSeconds", "60", "2"),
  shorter("redispatchSeconds", "900", "8"),
  shorter("uploadCheckSeconds", "120", "4"),
  shorter("replanSeconds", "600", "20"),
  shorter("requestSeconds", "5", "3"),
  shorter("idleSeconds", "60", "4"),
  shorter("releaseSeconds", "20", "10"),
  // A rate of EventBridge is at least one minute, of which the sweeper's is one.
  {
    file: "local/template/event-rules.ts",
    from: "{ minute: 60,",
    to: "{ minute: 2,",
  },
];
