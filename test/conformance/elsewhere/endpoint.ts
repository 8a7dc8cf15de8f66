import type { AwsEndpoint } from "../../contracts/aws/endpoint.ts";

/** The services that a contract can be checked against elsewhere. */
export type Service = "DynamoDB" | "SQS" | "S3";

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set; "npm run test:conformance" says where services are.`);
  }
  return value;
};

/** Whether the run in hand has this service. */
export const isServed = (service: Service): boolean =>
  required("CONFORMANCE_SERVICES").split(",").includes(service);

/** Where a service is, by the variables that the SDK reads itself. */
export const endpointOf = (service: Service): AwsEndpoint => ({
  url: process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env["AWS_ENDPOINT_URL"],
  region: required("AWS_REGION"),
  accessKeyId: required("AWS_ACCESS_KEY_ID"),
  secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
  sessionToken: process.env["AWS_SESSION_TOKEN"],
});
