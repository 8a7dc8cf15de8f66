import { expect, test } from "vitest";
import { matchesWildcard } from "../../local/aws/iam/wildcard.ts";
import { resourcesOf, synthesized } from "./synthesized.ts";

interface Join {
  readonly "Fn::Join": readonly [string, readonly (string | { readonly Ref: string })[]];
}

const template = synthesized();
const [[api] = [""]] = resourcesOf(template, "AWS::ApiGatewayV2::Api");

/** Which of the API's requests a function's policy lets through, as what stands behind the API's id in their ARNs. */
const allowed = resourcesOf(template, "AWS::Lambda::Permission").flatMap(([, { Properties }]) => {
  const { "Fn::Join": [, parts] = ["", []] } = Properties.SourceArn as Partial<Join>;
  const isOfApi = parts.some((part) => typeof part !== "string" && part.Ref === api);
  const behind = parts.at(-1);
  return isOfApi && typeof behind === "string" ? [behind] : [];
});

/** A request's ARN from the stage on. That of the default route has neither method nor path (aws/serverless-application-model#1860). */
const requestOf = (routeKey: string): string =>
  routeKey === "$default" ? "/$default/$default" : `/$default/${routeKey.replace(" ", "")}`;

test.each(
  resourcesOf(template, "AWS::ApiGatewayV2::Route").map(
    ([, { Properties }]) => Properties.RouteKey as string,
  ),
)("the gateway may call the function of %s", (routeKey) => {
  const request = requestOf(routeKey);

  expect(allowed.filter((pattern) => matchesWildcard(pattern, request))).not.toEqual([]);
});
