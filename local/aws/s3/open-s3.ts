import { join } from "node:path";
import type { EventEnvelope } from "../events/event-rules.ts";
import type { Place } from "../place.ts";
import type { Database } from "../state/database.ts";
import { BlobStore } from "./blob-store.ts";
import type { BucketConfiguration } from "./bucket-store.ts";
import { BucketStore } from "./bucket-store.ts";
import { eventBridgeEvent, nativeEvent, wantsChange } from "./object-events.ts";
import type { ObjectChange } from "./object-store.ts";
import { ObjectStore } from "./object-store.ts";
import type { S3Stores } from "./s3-call.ts";
import { s3Handler } from "./s3-server.ts";
import { UploadStore } from "./upload-store.ts";

export interface BucketDefinition extends Omit<BucketConfiguration, "stored"> {
  readonly name: string;
}

export interface S3Options {
  readonly database: Database;
  readonly stateDirectory: string;
  readonly place: Place;
  readonly corsOrigins: readonly string[];
  readonly queueExists: (arn: string) => boolean;
  readonly sendToQueue: (arn: string, body: string) => void;
  readonly deliverEvent: (event: EventEnvelope) => void;
}

/** S3 on the database and a folder of blobs. */
export function openS3(options: S3Options) {
  const { database, place, sendToQueue, deliverEvent } = options;
  const buckets = new BucketStore(database);
  const blobs = new BlobStore(join(options.stateDirectory, "blobs"));
  const uploads = new UploadStore(database, blobs);
  const objects = new ObjectStore(database, blobs, (change: ObjectChange) => {
    const { notificationQueues = [], eventBridgeEnabled } = buckets.get(
      change.bucket,
    ).configuration;
    for (const notification of notificationQueues) {
      if (!wantsChange(notification, change)) continue;
      sendToQueue(notification.queueArn, JSON.stringify(nativeEvent(change, notification, place)));
    }
    if (eventBridgeEnabled) deliverEvent(eventBridgeEvent(change, place));
  });
  blobs.sweep(new Set([...objects.listBlobs(), ...uploads.listBlobs()]));

  const { region, credentials, sessions, roles } = place;
  const stores: S3Stores = {
    region,
    buckets,
    objects,
    uploads,
    blobs,
    roles,
    queueExists: options.queueExists,
  };
  const handle = s3Handler({
    stores,
    verifier: { service: "s3", region, credentials, sessions },
    corsOrigins: options.corsOrigins,
  });

  /** Makes the bucket, or gives an existing one exactly this configuration; its objects stay. */
  const createBucket = ({ name, ...configuration }: BucketDefinition): void => {
    database.transaction(() => {
      buckets.insert(name);
      buckets.configure(name, {
        cors: [],
        eventBridgeEnabled: false,
        notificationQueues: [],
        lifecycle: undefined,
        ...configuration,
      });
    });
  };
  return { handle, createBucket };
}
