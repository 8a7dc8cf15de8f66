import type { Service } from "./check.ts";

/** Something that the suites can be run against. */
export interface Target {
  readonly name: string;
  /** Opens it, or says in words why it is not here. */
  readonly open: () => Promise<OpenTarget | { readonly absent: string }>;
}

export interface OpenTarget {
  readonly services: readonly Service[];
  /** The files of a vitest project that check it. */
  readonly project: "unit" | "conformance";
  readonly files: readonly string[];
  /** AWS's variables for the run; those of this process are not passed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** The run of the suites against services elsewhere, at one address each or all at one. */
export function elsewhere({
  services,
  environment,
  close,
}: Pick<OpenTarget, "services" | "environment" | "close">): OpenTarget {
  return {
    services,
    project: "conformance",
    files: ["test/conformance/elsewhere"],
    environment: { ...environment, CONFORMANCE_SERVICES: services.join(",") },
    close,
  };
}

/** The run against a DynamoDB alone. */
export const dynamodbAt = (address: string, close = async () => {}): OpenTarget =>
  elsewhere({
    services: ["DynamoDB"],
    environment: { ...anyCredentials, AWS_ENDPOINT_URL_DYNAMODB: address },
    close,
  });

/** What emulators take for credentials. */
export const anyCredentials = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};
