import { describe, expect, test } from "vitest";
import { routes, type RouteFacts } from "../../contracts/routes.ts";
import { resourcesOf, synthesized } from "./synthesized.ts";
import { variants } from "../../infra/variants.ts";

const jwt = variants["an issuer of tokens"];
const cognito = variants["a user pool"];

describe.each(Object.entries(variants))("%s", (_, context) => {
  const template = synthesized(context);
  const authorizers = resourcesOf(template, "AWS::ApiGatewayV2::Authorizer");

  test("no route is without an authorizer", () => {
    const found = resourcesOf(template, "AWS::ApiGatewayV2::Route").map(
      ([, { Properties }]) => Properties,
    );

    expect(found.map(({ RouteKey }) => RouteKey as string).sort()).toEqual(
      [...Object.values(routes).map(({ method, path }) => `${method} ${path}`), "$default"].sort(),
    );
    const known = authorizers.map(([id]) => id);
    for (const { AuthorizationType, AuthorizerId } of found) {
      expect(["CUSTOM", "JWT"]).toContain(AuthorizationType);
      expect(known).toContain(AuthorizerId.Ref);
    }
  });
});

test("keys are looked up by one function, asked with the header and remembered for a minute", () => {
  const template = synthesized();
  const keys = resourcesOf(template, "AWS::ApiGatewayV2::Authorizer").map(
    ([, { Properties }]) => Properties,
  );

  expect(keys).toMatchObject([
    {
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
      AuthorizerResultTtlInSeconds: 60,
    },
  ]);
  expect(JSON.stringify(keys[0].AuthorizerUri)).toContain("AuthorizeFunction");
});

test("with an issuer, its tokens open the routes of people, and keys those of workers", () => {
  const template = synthesized(jwt);
  const authorizers = resourcesOf(template, "AWS::ApiGatewayV2::Authorizer");
  const types = new Map(
    resourcesOf(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => [
      Properties.RouteKey as string,
      Properties.AuthorizationType as string,
    ]),
  );

  for (const { method, path, caller } of Object.values(routes as Record<string, RouteFacts>)) {
    expect(types.get(`${method} ${path}`)).toBe(caller === "worker" ? "CUSTOM" : "JWT");
  }
  expect(authorizers.map(([, { Properties }]) => Properties)).toContainEqual(
    expect.objectContaining({
      AuthorizerType: "JWT",
      JwtConfiguration: { Issuer: "https://id.example/", Audience: ["framequeue"] },
    }),
  );
});

test("a user pool takes nobody in by itself, asks for a second factor and has pages to sign in", () => {
  const template = synthesized(cognito);

  template.hasResourceProperties("AWS::Cognito::UserPool", {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    MfaConfiguration: "ON",
    EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
  });
  template.hasResourceProperties("AWS::Cognito::UserPoolDomain", { ManagedLoginVersion: 2 });
  template.resourceCountIs("AWS::Cognito::ManagedLoginBranding", 1);
  template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
    AllowedOAuthFlows: ["code"],
    CallbackURLs: ["https://page.example/"],
    GenerateSecret: false,
  });
});
