import { Duration } from "aws-cdk-lib";
import type { IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { limits } from "../../contracts/limits.ts";
import type { Auth } from "../auth.ts";
import type { Settings } from "../settings.ts";
import { People } from "./user-pool.ts";

export interface Authorizers {
  /** Of people and their programs. */
  readonly api: IHttpRouteAuthorizer;
  /** Of workers, whose tokens are ours whoever lets people in. */
  readonly worker: IHttpRouteAuthorizer;
}

/** Who lets in whom. An authorizer that no route has is not made. */
export function authorizersFor(
  scope: Construct,
  {
    auth,
    authorize,
    removal,
  }: { readonly auth: Auth; readonly authorize: IFunction; readonly removal: Settings["removal"] },
): Authorizers {
  const keys = new HttpLambdaAuthorizer("Keys", authorize, {
    authorizerName: "keys",
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    // A request without the header is refused before anything of ours runs.
    identitySource: ["$request.header.Authorization"],
    resultsCacheTtl: Duration.seconds(limits.authorizationCacheSeconds),
  });
  if (auth.type === "apiKey") return { api: keys, worker: keys };
  if (auth.type === "jwt") {
    const { issuer, audience } = auth;
    const tokens = new HttpJwtAuthorizer("Tokens", issuer, { jwtAudience: [...audience] });
    return { api: tokens, worker: keys };
  }
  const { issuer, client } = new People(scope, "People", { ...auth, removal });
  const people = new HttpJwtAuthorizer("Tokens", issuer, {
    jwtAudience: [client.userPoolClientId],
  });
  return { api: people, worker: keys };
}
