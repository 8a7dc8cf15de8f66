import * as z from "zod";
import { functionNameOf } from "./event-sources.ts";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

export type AuthorizerFacts = RequestAuthorizerFacts | JwtAuthorizerFacts;

/** A function that is asked, and how long its answer holds. */
export interface RequestAuthorizerFacts {
  readonly kind: "request";
  readonly name: string;
  readonly functionName: string;
  /** By lower-case name; a request that lacks one is refused without asking. */
  readonly identityHeaders: readonly string[];
  readonly cacheSeconds: number;
}

/** Tokens of this issuer for one of these audiences. */
export interface JwtAuthorizerFacts {
  readonly kind: "jwt";
  readonly name: string;
  readonly header: string;
  readonly issuer: string;
  readonly audience: readonly string[];
}

const headerSource = z
  .string()
  .regex(/^\$request\.header\.[\w-]+$/, "only headers identify callers here")
  .transform((source) => source.replace("$request.header.", "").toLowerCase());

const common = { ApiId: z.string(), Name: z.string() };

const kind = {
  types: ["AWS::ApiGatewayV2::Authorizer"],
  schema: z.discriminatedUnion("AuthorizerType", [
    z.strictObject({
      ...common,
      AuthorizerType: z.literal("REQUEST"),
      AuthorizerUri: z.string(),
      AuthorizerPayloadFormatVersion: z.literal("2.0"),
      EnableSimpleResponses: z.literal(true),
      IdentitySource: z.array(headerSource).min(1),
      // API Gateway's own default.
      AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
    }),
    z.strictObject({
      ...common,
      AuthorizerType: z.literal("JWT"),
      IdentitySource: z.tuple([headerSource]),
      JwtConfiguration: z.strictObject({ Issuer: z.url(), Audience: z.array(z.string()).min(1) }),
    }),
  ]),
  withoutEffect: ["AuthorizerCredentialsArn"],
};

/** The authorizers of the template's HTTP API by name. */
export function readAuthorizers(template: Template): ReadonlyMap<string, AuthorizerFacts> {
  return new Map(
    readResources(template, kind).map(({ name, properties }) => [
      name,
      properties.AuthorizerType === "REQUEST"
        ? {
            kind: "request",
            name,
            functionName: functionNameOf(functionArn(properties.AuthorizerUri)),
            identityHeaders: properties.IdentitySource,
            cacheSeconds: properties.AuthorizerResultTtlInSeconds,
          }
        : {
            kind: "jwt",
            name,
            header: properties.IdentitySource[0],
            issuer: properties.JwtConfiguration.Issuer,
            audience: properties.JwtConfiguration.Audience,
          },
    ]),
  );
}

/** API Gateway names a function by the address at which it is invoked. */
const functionArn = (uri: string): string =>
  uri.replace(/^arn:aws:apigateway:.*\/functions\//, "").replace(/\/invocations$/, "");
