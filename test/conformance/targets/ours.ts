import { serviceSuites } from "../check.ts";
import type { OpenTarget, Target } from "../target.ts";

const ours = (files: readonly string[]): OpenTarget => ({
  services: serviceSuites,
  project: "unit",
  files,
  environment: {},
  close: async () => undefined,
});

/** The fakes that the tests of behaviour run on. They have ports only. */
export const memory: Target = {
  name: "in memory",
  open: async () => ours(["test/contracts/memory-ports.test.ts"]),
};

/** The emulators that `npm start` runs on. */
export const local: Target = {
  name: "local",
  open: async () =>
    ours([
      "test/aws/local-ports.test.ts",
      "test/local/aws/dynamodb.test.ts",
      "test/local/aws/sqs.test.ts",
      "test/local/aws/s3.test.ts",
    ]),
};
