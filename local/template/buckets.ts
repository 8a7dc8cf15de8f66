import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";
import { UnsupportedError } from "./unsupported-error.ts";

const CorsRule = z.strictObject({
  AllowedHeaders: z.array(z.string()).default([]),
  AllowedMethods: z.array(z.string()),
  AllowedOrigins: z.array(z.string()),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
  Id: z.string().optional(),
});

const LifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(["Enabled", "Disabled"]),
  Prefix: z.string().optional(),
  /** Storage classes cost something else, no more. */
  Transitions: z.unknown().optional(),
  ExpirationInDays: z.coerce.number().optional(),
  AbortIncompleteMultipartUpload: z
    .strictObject({ DaysAfterInitiation: z.coerce.number() })
    .optional(),
});

const Notifications = z.strictObject({
  EventBridgeConfiguration: z
    .strictObject({ EventBridgeEnabled: z.boolean().default(true) })
    .optional(),
});

export interface BucketFacts {
  readonly name: string;
  readonly cors: readonly z.output<typeof CorsRule>[];
  readonly lifecycle: readonly z.output<typeof LifecycleRule>[];
  /** Whether its objects become events on the default bus. */
  readonly eventBridgeEnabled: boolean;
}

const bucketKind = {
  types: ["AWS::S3::Bucket"],
  schema: z.strictObject({
    BucketName: z.string().optional(),
    CorsConfiguration: z.strictObject({ CorsRules: z.array(CorsRule) }).optional(),
    LifecycleConfiguration: z.strictObject({ Rules: z.array(LifecycleRule) }).optional(),
    NotificationConfiguration: Notifications.optional(),
  }),
  withoutEffect: [
    "BucketEncryption",
    "LoggingConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Tags",
  ],
};

/** CDK sets notifications through a resource of its own. */
const notificationKind = {
  types: ["Custom::S3BucketNotifications"],
  schema: z.strictObject({
    BucketName: z.string(),
    NotificationConfiguration: Notifications,
  }),
  withoutEffect: ["Managed", "ServiceToken", "SkipDestinationValidation"],
};

/** The buckets of the template, each with the notifications that are set on it. */
export function readBuckets(template: Template): BucketFacts[] {
  const notifications = readResources(template, notificationKind);
  const buckets = readResources(template, bucketKind);

  for (const { logicalId, properties } of notifications) {
    if (!buckets.some(({ name }) => name === properties.BucketName)) {
      throw new UnsupportedError(`notifications of a bucket of another stack`, logicalId);
    }
  }
  return buckets.map(({ name, properties }) => {
    const configurations = [
      properties.NotificationConfiguration,
      ...notifications
        .filter((each) => each.properties.BucketName === name)
        .map((each) => each.properties.NotificationConfiguration),
    ];
    return {
      name,
      cors: properties.CorsConfiguration?.CorsRules ?? [],
      lifecycle: properties.LifecycleConfiguration?.Rules ?? [],
      eventBridgeEnabled: configurations.some(
        (each) => each?.EventBridgeConfiguration?.EventBridgeEnabled,
      ),
    };
  });
}
