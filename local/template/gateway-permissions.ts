import * as z from "zod";
import { matchesWildcard } from "../aws/iam/wildcard.ts";
import { functionNameOf } from "./event-sources.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

const kind = {
  types: ["AWS::Lambda::Permission"],
  schema: z.strictObject({
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.string().default("*"),
  }),
  withoutEffect: ["Action", "SourceAccount"],
};

export interface RouteOfApi {
  readonly apiId: string;
  readonly routeKey: string;
}

/** Says by the functions' own policies whether API Gateway may call one for the requests of a route. */
export function readGatewayPermissions(
  template: Template,
): (functionName: string, route: RouteOfApi) => boolean {
  const permissions = readResources(template, kind)
    .map(({ properties }) => properties)
    .filter(({ Principal }) => Principal === "apigateway.amazonaws.com");
  return (functionName, route) =>
    permissions.some(
      ({ FunctionName, SourceArn }) =>
        functionNameOf(FunctionName) === functionName &&
        matchesWildcard(SourceArn.replace(/^arn:aws:execute-api:[^:]*:[^:]*:/, ""), partOf(route)),
    );
}

/** What names a route's requests in their ARN, in the stage `$default`. Those of the default route have neither method nor path. */
const partOf = ({ apiId, routeKey }: RouteOfApi): string =>
  `${apiId}/$default/${routeKey.replace(" ", "")}`;
