import { Duration } from "aws-cdk-lib";
import type { IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { SignInSettings } from "../../contracts/login-settings.ts";
import type { Auth } from "../auth.ts";
import type { Settings } from "../settings.ts";
import { People } from "./user-pool.ts";

export interface Authorizers {
  /** Of people and their programs. */
  readonly api: IHttpRouteAuthorizer;
  /** Of workers, whose tokens are ours whoever lets people in. */
  readonly worker: IHttpRouteAuthorizer;
  readonly login: PageLogin;
}

/** What the page needs to know of who lets people in. */
export interface PageLogin {
  readonly settings: SignInSettings;
  /** Which the page's scripts talk to for it. */
  readonly origins: readonly string[];
}

export interface AuthorizersProps {
  readonly settings: Pick<Settings, "auth" | "removal" | "revokedWithinSeconds">;
  readonly authorize: IFunction;
  /** Of the page, with a slash at its end; may be known later. */
  readonly pageUrl: string;
}

/** Who lets in whom. An authorizer that no route has is not made. */
export function authorizersFor(
  scope: Construct,
  { settings, authorize, pageUrl }: AuthorizersProps,
): Authorizers {
  const { auth, removal } = settings;
  const keys = new HttpLambdaAuthorizer("Keys", authorize, {
    authorizerName: "keys",
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    // A request without the header is refused before anything of ours runs.
    identitySource: ["$request.header.Authorization"],
    resultsCacheTtl: Duration.seconds(settings.revokedWithinSeconds),
  });
  if (auth.type === "apiKey") {
    return { api: keys, worker: keys, login: { settings: { kind: "api_key" }, origins: [] } };
  }
  if (auth.type === "jwt") {
    const { issuer, audience } = auth;
    const tokens = new HttpJwtAuthorizer("Tokens", issuer, { jwtAudience: [...audience] });
    return { api: tokens, worker: keys, login: loginOf(auth) };
  }
  const { issuer, client, login } = new People(scope, "People", { ...auth, removal, pageUrl });
  const people = new HttpJwtAuthorizer("Tokens", issuer, {
    jwtAudience: [client.userPoolClientId],
  });
  return { api: people, worker: keys, login };
}

function loginOf({
  issuer,
  clientId,
  scopes,
  origins = [],
}: Extract<Auth, { type: "jwt" }>): PageLogin {
  if (clientId === undefined) return { settings: { kind: "token", issuer }, origins: [] };
  return {
    settings: { kind: "login", issuer, client_id: clientId, scope: scopes.join(" ") },
    origins: [...new Set([new URL(issuer).origin, ...origins])],
  };
}
