import { describe, test } from "vitest";
import type { AwsEndpoint } from "../../contracts/aws/endpoint.ts";
import { endpointFromEnvironment } from "../../contracts/aws/endpoint.ts";

/** Checks the contract against another implementation, real AWS for one, or says that it was not. */
export function checkElsewhere(
  service: string,
  defineContract: (connect: () => AwsEndpoint) => void,
): void {
  const endpoint = endpointFromEnvironment();
  // oxlint-disable-next-line vitest/no-conditional-tests -- one line that says why, instead of every test skipped
  if (endpoint) {
    describe(`${service} at ${endpoint.url}`, () => {
      defineContract(() => endpoint);
    });
  } else {
    // oxlint-disable-next-line vitest/no-disabled-tests
    test.skip(`${service} elsewhere: not checked, CONTRACT_AWS_ENDPOINT_URL is not set`, () => {});
  }
}
