import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain from "@middy/core";
import { awsClients } from "../../aws/clients.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { dynamodbScalerStore } from "../../aws/dynamodb-scaler-store.ts";
import { dynamodbWorkerRegistry } from "../../aws/dynamodb-worker-registry.ts";
import { ecsClient } from "../../aws/ecs-client.ts";
import { ecsFleet } from "../../aws/ecs-fleet.ts";
import { readEnvironment, ScaleEnvironment } from "../../contracts/environment.ts";
import { queueIdOf } from "../../contracts/ports/work-queue.ts";
import { aliveSecondsFor, timingFor } from "../../contracts/timing.ts";
import { emfMetrics } from "../emf-metrics.ts";
import { scale } from "./scale.ts";

const environment = readEnvironment(ScaleEnvironment, process.env);
const { dynamodb: client } = awsClients();
const table = { client, table: environment.JOBS_TABLE };
const logger = new Logger({ serviceName: "scale" });
const now = Date.now;

export const handler = chain(
  scale({
    jobs: dynamodbJobStore(table),
    workers: dynamodbWorkerRegistry(table),
    scaler: dynamodbScalerStore(table),
    fleet: ecsFleet({
      client: ecsClient(),
      clusterArn: environment.CLUSTER_ARN,
      taskDefinitionArn: environment.TASK_DEFINITION_ARN,
      capacityProvider: environment.CAPACITY_PROVIDER,
      idleExitSeconds: environment.IDLE_EXIT_SECONDS,
      now,
    }),
    queueId: queueIdOf(environment.WORK_QUEUE_URL),
    aliveSeconds: aliveSecondsFor(environment.HEARTBEAT_SECONDS),
    timing: timingFor(environment.LEASE_SECONDS),
    workersMax: environment.WORKERS_MAX,
    idleExitSeconds: environment.IDLE_EXIT_SECONDS,
    count: emfMetrics("scale"),
    log: logger,
    now,
  }),
).use(injectLambdaContext(logger));
