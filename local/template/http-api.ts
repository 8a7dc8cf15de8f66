import * as z from "zod";
import { readAuthorizers, type AuthorizerFacts } from "./authorizers.ts";
import { functionNameOf } from "./event-sources.ts";
import { readGatewayPermissions } from "./gateway-permissions.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

export interface RouteFacts {
  /** `GET /v1/jobs/{job_id}`, or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutSeconds: number;
  /** Who lets its callers in; undefined: everybody comes in. */
  readonly authorizer?: AuthorizerFacts;
}

const apiKind = {
  types: ["AWS::ApiGatewayV2::Api"],
  schema: z.strictObject({ Name: z.string(), ProtocolType: z.literal("HTTP") }),
  withoutEffect: ["Description", "DisableExecuteApiEndpoint", "Tags"],
};

const stageKind = {
  types: ["AWS::ApiGatewayV2::Stage"],
  schema: z.strictObject({
    ApiId: z.string(),
    // Any other stage would stand in every path.
    StageName: z.literal("$default"),
    AutoDeploy: z.literal(true),
  }),
  withoutEffect: ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "Tags"],
};

const integrationKind = {
  types: ["AWS::ApiGatewayV2::Integration"],
  schema: z.strictObject({
    ApiId: z.string(),
    IntegrationType: z.literal("AWS_PROXY"),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal("2.0"),
    // API Gateway's default and maximum for HTTP APIs.
    TimeoutInMillis: z.coerce.number().default(30_000),
  }),
  withoutEffect: ["Description"],
};

const routeKind = {
  types: ["AWS::ApiGatewayV2::Route"],
  schema: z.strictObject({
    ApiId: z.string(),
    RouteKey: z.string(),
    Target: z.string(),
    AuthorizationType: z.enum(["NONE", "CUSTOM", "JWT"]).default("NONE"),
    AuthorizerId: z.string().optional(),
  }),
  withoutEffect: ["OperationName"],
};

/** The routes of the template's HTTP API, each with the function behind it. */
export function readRoutes(template: Template): RouteFacts[] {
  const apis = readResources(template, apiKind);
  if (apis.length > 1) throw new UnsupportedError("a second HTTP API", apis[1]!.logicalId);
  readResources(template, stageKind);
  const integrations = new Map(
    readResources(template, integrationKind).map(({ name, properties }) => [name, properties]),
  );

  const authorizers = readAuthorizers(template);
  const mayInvoke = readGatewayPermissions(template);

  return readResources(template, routeKind).map(({ logicalId, properties }) => {
    const { AuthorizationType, AuthorizerId } = properties;
    const authorizer = authorizers.get(AuthorizerId ?? "");
    // Nobody must come in here who would be kept out there.
    if ((AuthorizationType === "NONE") !== (authorizer === undefined)) {
      throw new UnsupportedError(`${AuthorizationType} by ${AuthorizerId ?? "nobody"}`, logicalId);
    }
    const integration = integrations.get(properties.Target.replace(/^integrations\//, ""));
    if (!integration) throw new UnsupportedError(`the target ${properties.Target}`, logicalId);
    const functionName = functionNameOf(integration.IntegrationUri);
    const request = { apiId: properties.ApiId, routeKey: properties.RouteKey };
    // On AWS the gateway would answer each of its requests with 500.
    if (!mayInvoke(functionName, request)) {
      throw new UnsupportedError("a route whose function its API may not call", logicalId);
    }
    return {
      routeKey: properties.RouteKey,
      functionName,
      timeoutSeconds: integration.TimeoutInMillis / 1000,
      ...(authorizer && { authorizer }),
    };
  });
}
