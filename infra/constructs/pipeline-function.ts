import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type * as z from "zod";
import type { EnvironmentFor } from "../../contracts/environment.ts";
import { allow, type Statement } from "../statement.ts";

export interface PipelineFunctionProps<Schema extends z.ZodType> {
  /** Folder with the bundle: index.mjs, which exports `handler`. */
  readonly code: string;
  /** The schema that the handler reads its environment with: a variable that is missing here does not compile. */
  readonly environment: EnvironmentFor<Schema>;
  readonly timeoutSeconds: number;
  readonly memoryMebibytes: number;
  readonly description: string;
}

/** How long a queue hides what a function reads: six of its timeouts, as AWS asks for, so that its own retries fit. */
export const visibilityFor = (timeoutSeconds: number): Duration =>
  Duration.seconds(6 * timeoutSeconds);

/** A Lambda of ours: its own role, its own log group, nothing granted but what is asked for. */
export class PipelineFunction<Schema extends z.ZodType> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<Schema>) {
    super(scope, id);

    const logGroup = new LogGroup(this, "Logs", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(this.role);

    this.lambda = new LambdaFunction(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(props.code),
      environment: { NODE_OPTIONS: "--enable-source-maps", ...props.environment },
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMebibytes,
      description: props.description,
      role: this.role,
      logGroup,
    });
  }

  /** Works on the queue's messages in batches, answering for each message by itself. */
  readFrom(queue: IQueue): void {
    this.lambda.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        // AWS' minimum. Reserved concurrency instead would throttle good messages into the dead letters.
        maxConcurrency: 2,
      }),
    );
  }

  /** Allows this and nothing beyond it. */
  allow(statement: Statement): void {
    allow(this.role, statement);
  }
}
