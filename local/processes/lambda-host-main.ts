import { SQSClient } from "@aws-sdk/client-sqs";
import { join } from "node:path";
import { runtimeSession } from "../aws/sts/runtime-session.ts";
import { createEdge } from "../http/edge.ts";
import { createGateway } from "../http/gateway.ts";
import { pageFiles } from "../http/page-files.ts";
import { createPageOrigin } from "../http/page-origin.ts";
import { serve } from "../http/serve.ts";
import { runAsynchronousInvocations } from "../lambda/asynchronous-invocations.ts";
import { asynchronousQueue } from "../lambda/asynchronous-queue.ts";
import { handBack, openDeliveries } from "../lambda/deliveries.ts";
import { runEventSource } from "../lambda/event-source.ts";
import { functionEnvironment } from "../lambda/function-environment.ts";
import { createFunctionPool } from "../lambda/function-pool.ts";
import { runSchedule } from "../lambda/schedule.ts";
import { createSourceQueue } from "../lambda/source-queue.ts";
import { layBySources, packedWorker } from "../packed-worker.ts";
import { readAssembly } from "../template/assembly.ts";
import { readSystem } from "../template/system.ts";
import { readSettings, ready } from "./child-protocol.ts";

// The process in which the functions run: behind the distribution and the HTTP API, their queues and schedules.

/** Of a queue whose template does not say. */
const sqsVisibilitySeconds = 30;

const { assemblyDirectory, stateDirectory, place, credentials } = readSettings();
const { awsUrl, pageUrl, region, accountId } = place;
const system = readSystem(readAssembly(assemblyDirectory), place);
const functionArn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
const sessions = new Map(
  system.functions.map((facts) => [facts.name, runtimeSession(facts, credentials)]),
);

await using running = new AsyncDisposableStack();
const pools = new Map(
  system.functions.map((facts) => [
    facts.name,
    running.use(
      createFunctionPool(facts, {
        functionArn: functionArn(facts.name),
        environment: functionEnvironment(facts, place, sessions.get(facts.name)!),
      }),
    ),
  ]),
);

async function invoke(functionName: string, event: unknown): Promise<unknown> {
  const pool = pools.get(functionName);
  if (!pool) throw new Error(`There is no function ${functionName}`);
  return pool.invoke(event);
}

const root = join(import.meta.dirname, "../..");
const workerPackage = packedWorker({
  root,
  directory: join(stateDirectory, "worker-package"),
  lay: layBySources(root),
});
const gateway = createGateway({ routes: system.routes, invoke });
const answer = system.distribution
  ? createEdge(system.distribution, (origin) =>
      origin.kind === "api"
        ? gateway
        : createPageOrigin(pageFiles(origin.bucketName, system.deployments, workerPackage)),
    )
  : gateway;
running.use(await serve(Number(new URL(pageUrl).port), answer));

/** Lambda's own, for what no function's role is asked about. */
const sqs = new SQSClient({ endpoint: awsUrl, region, credentials });
const stopped = new AbortController();
const queueUrl = (arn: string) => `${awsUrl}/${accountId}/${arn.slice(arn.lastIndexOf(":") + 1)}`;
const deliveries = openDeliveries(join(stateDirectory, "deliveries.json"));
await handBack(deliveries, { sqs, queueUrl });
const sources = system.eventSources.map((facts) => {
  const { attributes } = system.queues.find(({ name }) => facts.queueArn.endsWith(`:${name}`))!;
  const queue = createSourceQueue({
    // Lambda reads a queue with the rights of the function that it reads it for.
    sqs: new SQSClient({
      endpoint: awsUrl,
      region,
      credentials: sessions.get(facts.functionName)!,
    }),
    queueArn: facts.queueArn,
    queueUrl: queueUrl(facts.queueArn),
    visibilitySeconds: Number(attributes["VisibilityTimeout"] ?? sqsVisibilitySeconds),
    deliveries,
  });
  const deliver = (event: unknown) => invoke(facts.functionName, event);
  return runEventSource(facts, { queue, region, invoke: deliver }, stopped.signal);
});
// A set: a function that two rules name has one queue.
for (const functionName of new Set(system.rules.flatMap((rule) => rule.functionNames))) {
  const { name, attributes } = asynchronousQueue(functionName);
  const queueArn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const queue = createSourceQueue({
    sqs,
    queueArn,
    queueUrl: queueUrl(queueArn),
    visibilitySeconds: attributes.VisibilityTimeout,
    deliveries,
  });
  const deliver = (event: unknown) => invoke(functionName, event);
  sources.push(
    runAsynchronousInvocations({ functionName, queue, invoke: deliver }, stopped.signal),
  );
}
for (const schedule of system.schedules) {
  running.use(runSchedule(schedule, { invoke, region, accountId }));
}

const { promise: asked, resolve: stop } = Promise.withResolvers<void>();
process.once("SIGTERM", () => stop());
process.send?.(ready);
await asked;
// Batches that were received are finished, so that their messages need not wait for their visibility.
stopped.abort();
await Promise.all(sources);
