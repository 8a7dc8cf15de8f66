import { expect, test } from "vitest";
import { timingFor } from "../../contracts/timing.ts";

test.each([1, 4, 60, 300])(
  "a lease of %d s keeps the protocol's order of times",
  (leaseSeconds) => {
    const { renewSeconds, renewAgainSeconds, marginSeconds, visibilitySeconds } =
      timingFor(leaseSeconds);

    expect(renewSeconds + 5 * renewAgainSeconds + marginSeconds).toBeLessThan(leaseSeconds);
    expect(visibilitySeconds).toBeGreaterThan(leaseSeconds + marginSeconds);
  },
);
