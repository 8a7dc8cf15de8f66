import type { LocalAws } from "./aws/local-aws.ts";
import { asynchronousQueue } from "./lambda/asynchronous-queue.ts";
import type { SystemFacts } from "./template/system.ts";

/** Makes every queue, bucket, table and rule of the template; what is there already keeps its data. */
export function provision(
  aws: LocalAws,
  {
    queues,
    buckets,
    tables,
    rules,
    roles,
  }: Pick<SystemFacts, "queues" | "buckets" | "tables" | "rules" | "roles">,
): void {
  aws.iam.putRoles(roles);
  for (const queue of queues) aws.sqs.createQueue(queue);

  for (const { name, cors, lifecycle, eventBridgeEnabled } of buckets) {
    aws.s3.createBucket({
      name,
      eventBridgeEnabled,
      lifecycle,
      cors: cors.map((rule) => ({
        allowedOrigins: rule.AllowedOrigins,
        allowedMethods: rule.AllowedMethods,
        allowedHeaders: rule.AllowedHeaders,
        exposeHeaders: rule.ExposedHeaders,
        ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
      })),
    });
  }

  for (const { name, attributeDefinitions, keySchema, indexes, ttlAttribute } of tables) {
    aws.dynamodb.createTable({
      TableName: name,
      AttributeDefinitions: attributeDefinitions,
      KeySchema: keySchema,
      GlobalSecondaryIndexes: indexes,
      ...(ttlAttribute !== undefined && { ttlAttribute }),
    });
  }

  // A rule that the template no longer has would go on delivering.
  const wanted = new Set(rules.map(({ name }) => name));
  for (const name of aws.events.listRules()) if (!wanted.has(name)) aws.events.removeRule(name);
  for (const { name, pattern, targets, functionNames } of rules) {
    const queues = functionNames.map((each) => aws.sqs.createQueue(asynchronousQueue(each)));
    const functionTargets = queues.map(({ arn }) => ({ queueArn: arn }));
    aws.events.putRule({ name, pattern, targets: [...targets, ...functionTargets] });
  }
}
