import { describe, expect, test } from "vitest";
import { routes, type RouteFacts } from "../../contracts/routes.ts";
import { PipelineApi } from "../../infra/constructs/http-api.ts";
import { resourcesOf, synthesize, synthesized, type Resource } from "./synthesized.ts";
import { variants } from "../../infra/variants.ts";

const jwt = variants["an issuer of tokens"];
const cognito = variants["a user pool"];
type Context = Readonly<Record<string, string>>;

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

test("a revoked key may be made to end sooner, and with it a revoked worker", () => {
  const template = synthesized({ revokedWithinSeconds: 5 });
  const remembered = resourcesOf(template, "AWS::ApiGatewayV2::Authorizer").map(
    ([, { Properties }]) => Properties.AuthorizerResultTtlInSeconds as unknown,
  );
  const told = resourcesOf(template, "AWS::Lambda::Function").map(
    ([, { Properties }]) => Properties.Environment?.Variables?.REVOKED_WITHIN_SECONDS as unknown,
  );

  expect(remembered).toEqual([5]);
  expect(told.filter((each) => each !== undefined)).toEqual(["5"]);
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
    // CloudFormation puts no tag of its own on a pool; `aws:destroy` finds it by this.
    UserPoolTags: { "framequeue:stack-id": { Ref: "AWS::StackId" } },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    MfaConfiguration: "ON",
    EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
  });
  template.hasResourceProperties("AWS::Cognito::UserPoolDomain", { ManagedLoginVersion: 2 });
  template.resourceCountIs("AWS::Cognito::ManagedLoginBranding", 1);
  template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
    AllowedOAuthFlows: ["code"],
    GenerateSecret: false,
    // What the page keeps is of use for an hour, and a refresh token once.
    AccessTokenValidity: 60,
    EnableTokenRevocation: true,
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 60 },
  });
});

test("the pool's login sends people back to the page of the same deployment, and to what was added", () => {
  const template = synthesized(cognito);
  const [[distribution]] = resourcesOf(template, "AWS::CloudFront::Distribution") as [
    [string, Resource],
  ];
  const page = {
    "Fn::Join": ["", ["https://", { "Fn::GetAtt": [distribution, "DomainName"] }, "/"]],
  };

  template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
    CallbackURLs: [page, "https://page.example/"],
    LogoutURLs: [page, "https://page.example/"],
  });
});

const policyOf = (context?: Context) => {
  const [[, { Properties }]] = resourcesOf(
    synthesized(context),
    "AWS::CloudFront::ResponseHeadersPolicy",
  ) as [[string, Resource]];
  const { SecurityHeadersConfig } = Properties.ResponseHeadersPolicyConfig;
  const policy = JSON.stringify(SecurityHeadersConfig.ContentSecurityPolicy);
  return /connect-src (.*?);/.exec(policy)![1];
};

test("the page may talk to the issuer that it sends people to, and to no issuer without a login", () => {
  expect(policyOf(variants["an issuer with a login"])).toMatch(
    / https:\/\/id\.example https:\/\/tokens\.example$/,
  );
  expect(policyOf(variants["a user pool"])).toMatch(/cognito-idp.*amazoncognito\.com$/);
  expect(policyOf(jwt)).not.toContain("id.example");
});

/** How people sign in, as the page's files say it, and what stands in them only once it is deployed. */
function pageOf(context?: Context) {
  const { stack, template } = synthesize(context);
  const api = stack.node.findAll().find((each) => each instanceof PipelineApi)!;
  const markers = resourcesOf(template, "Custom::CDKBucketDeployment").map(([, { Properties }]) =>
    JSON.stringify(Properties.SourceMarkers),
  );
  return { login: stack.resolve(api.login.settings), markers: markers.join("") };
}

test.each([
  ["as it comes", { kind: "api_key" }],
  ["an issuer of tokens", { kind: "token", issuer: "https://id.example/" }],
  [
    "an issuer with a login",
    { kind: "login", issuer: "https://id.example/", client_id: "page", scope: "openid email" },
  ],
])("the page is told how people sign in: %s", (name, settings) => {
  const { login } = pageOf(variants[name]);

  expect(login).toEqual(settings);
});

test("the page of a user pool is told the pool, its client and Cognito's own way out", () => {
  const { login, markers } = pageOf(cognito);

  expect(login).toMatchObject({ kind: "login", scope: "openid email" });
  expect(JSON.stringify(login.logout_url)).toMatch(/amazoncognito\.com\/logout/);
  const [[client]] = resourcesOf(synthesized(cognito), "AWS::Cognito::UserPoolClient") as [
    [string, Resource],
  ];
  expect(markers).toContain(JSON.stringify({ Ref: client }));
});
