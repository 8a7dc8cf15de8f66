import type { FunctionFacts } from "../template/functions.ts";
import type { Place } from "../template/place.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SessionCredentials extends Credentials {
  readonly sessionToken: string;
}

/** What everything that runs as a role is given to reach AWS; here the emulators, through the SDK's own variables. */
export const awsEnvironment = (
  { awsUrl, region }: Place,
  { accessKeyId, secretAccessKey, sessionToken }: SessionCredentials,
): Record<string, string> => ({
  AWS_ENDPOINT_URL: awsUrl,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  // Connections are refused for seconds while the emulators' process is restarted; the default of 3 takes 0.1 s.
  AWS_MAX_ATTEMPTS: "10",
});

/** A function's whole environment: the template's variables and those that Lambda sets itself, with the session of its role. */
export function functionEnvironment(
  facts: FunctionFacts,
  place: Place,
  session: SessionCredentials,
): Record<string, string> {
  return {
    ...facts.environment,
    ...awsEnvironment(place, session),
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMebibytes),
    AWS_LAMBDA_FUNCTION_NAME: facts.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${facts.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    LAMBDA_TASK_ROOT: facts.codeDirectory,
    // Nobody reads metrics here, and their lines would stand between those that a person reads.
    POWERTOOLS_METRICS_DISABLED: "true",
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    _HANDLER: facts.handler,
  };
}
