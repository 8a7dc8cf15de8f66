import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { routes, type RouteFacts } from "../../contracts/routes.ts";
import type { Settings } from "../settings.ts";
import { authorizersFor, type PageLogin } from "./authorizers.ts";

export interface PipelineApiProps {
  readonly handler: IFunction;
  /** Looks the secrets of keys and worker tokens up. */
  readonly authorize: IFunction;
  readonly settings: Pick<Settings, "auth" | "removal" | "revokedWithinSeconds">;
  /** Where a login sends people back to. */
  readonly pageUrl: string;
}

/** One route for each operation of the contract, all answered by one Lambda, and none without an authorizer. */
export class PipelineApi extends Construct {
  readonly api: HttpApi;
  readonly login: PageLogin;

  constructor(scope: Construct, id: string, { handler, ...access }: PipelineApiProps) {
    super(scope, id);
    const authorizers = authorizersFor(this, access);
    this.login = authorizers.login;
    const integration = new HttpLambdaIntegration("Handler", handler, {
      // One permission for the whole API instead of one for each route: a function's policy ends at 20 kB.
      scopePermissionToRoute: false,
    });
    this.api = new HttpApi(this, "Api", { createDefaultStage: true, description: "Framequeue" });

    const wanted = Object.entries(routes as Record<string, RouteFacts>).map(
      ([name, { method, path, caller }]) =>
        [name, HttpRouteKey.with(path, HttpMethod[method]), authorizers[caller ?? "api"]] as const,
    );
    // Without a default route the gateway answers unknown paths itself, in words of its own.
    const unknown = ["unknown", HttpRouteKey.DEFAULT, authorizers.api] as const;
    for (const [name, routeKey, authorizer] of [...wanted, unknown]) {
      new HttpRoute(this, name, { httpApi: this.api, routeKey, integration, authorizer });
    }
    // The permission for the whole API is one for stages, methods and paths; a request of the default route has a stage alone.
    handler.addPermission("Unknown", {
      scope: this,
      principal: new ServicePrincipal("apigateway.amazonaws.com"),
      sourceArn: Stack.of(this).formatArn({
        service: "execute-api",
        resource: this.api.apiId,
        resourceName: "*/$default",
      }),
    });

    const accessLog = new LogGroup(this, "AccessLog", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = this.api.defaultStage!.node.defaultChild as CfnStage;
    stage.defaultRouteSettings = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };
    stage.accessLogSettings = {
      destinationArn: accessLog.logGroupArn,
      // No query strings and no headers: they may carry secrets.
      format: JSON.stringify({
        requestId: "$context.requestId",
        at: "$context.requestTime",
        route: "$context.routeKey",
        status: "$context.status",
        milliseconds: "$context.responseLatency",
        error: "$context.integrationErrorMessage",
      }),
    };
    new CfnOutput(this, "ApiUrl", {
      value: this.api.apiEndpoint,
      description: "The API, without the page",
    }).overrideLogicalId("ApiUrl");
  }
}
