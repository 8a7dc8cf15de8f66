import type { Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { z } from "zod";
import type { EnvironmentFor } from "../../contracts/environment.ts";

export interface PipelineFunctionProps<Schema extends z.ZodType> {
  /** Folder with the bundle: index.mjs, which exports `handler`. */
  readonly code: string;
  /** The schema that the handler reads its environment with: a variable that is missing here does not compile. */
  readonly environment: EnvironmentFor<Schema>;
  readonly timeout: Duration;
  readonly memoryMebibytes: number;
  readonly description: string;
}

/** A Lambda of ours: its own role, its own log group, nothing granted but what is asked for. */
export class PipelineFunction<Schema extends z.ZodType> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Schema>) {
    super(scope, id);

    const logGroup = new LogGroup(this, "Logs", { retention: RetentionDays.ONE_MONTH });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(this.role);

    this.lambda = new LambdaFunction(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(props.code),
      environment: { NODE_OPTIONS: "--enable-source-maps", ...props.environment },
      timeout: props.timeout,
      memorySize: props.memoryMebibytes,
      description: props.description,
      role: this.role,
      logGroup,
    });
  }

  /** Allows exactly these actions on exactly these resources. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
      }),
    );
  }
}
