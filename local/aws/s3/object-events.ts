import { randomBytes, randomUUID } from "node:crypto";
import type { EventEnvelope } from "../events/event-rules.ts";
import { encodeKey } from "../http/request-target.ts";
import type { QueueNotification } from "./bucket-store.ts";
import type { ObjectChange } from "./object-store.ts";

interface Place {
  readonly region: string;
  readonly accountId: string;
}

const nativeNames: Readonly<Record<ObjectChange["reason"], string>> = {
  PutObject: "ObjectCreated:Put",
  PostObject: "ObjectCreated:Post",
  CopyObject: "ObjectCreated:Copy",
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
  DeleteObject: "ObjectRemoved:Delete",
};

/** The change as S3 tells EventBridge: the key is not encoded, the ETag has no quotes. */
export function eventBridgeEvent(
  change: ObjectChange,
  { region, accountId }: Place,
): EventEnvelope {
  const deleted = change.reason === "DeleteObject";
  const facts = { size: change.sizeBytes, etag: change.etag.replaceAll('"', "") };
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": deleted ? "Object Deleted" : "Object Created",
    source: "aws.s3",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:s3:::${change.bucket}`],
    detail: {
      version: "0",
      bucket: { name: change.bucket },
      object: { key: change.key, ...(!deleted && facts), sequencer: change.sequencer },
      "request-id": randomBytes(8).toString("hex").toUpperCase(),
      requester: accountId,
      "source-ip-address": "127.0.0.1",
      reason: change.reason,
      ...(deleted && { "deletion-type": "Permanently Deleted" }),
    },
  };
}

/** Whether a bucket's own notification asks for this change. */
export function wantsChange(notification: QueueNotification, change: ObjectChange): boolean {
  const name = nativeNames[change.reason];
  const asked = notification.events.some((event) => {
    const pattern = event.replace(/^s3:/, "");
    return pattern.endsWith(":*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
  return (
    asked &&
    change.key.startsWith(notification.prefix ?? "") &&
    change.key.endsWith(notification.suffix ?? "")
  );
}

/** The change as S3 tells a queue directly: the key is encoded as in a form, with `+` for a space. */
export function nativeEvent(
  change: ObjectChange,
  notification: QueueNotification,
  { region }: Place,
): unknown {
  const deleted = change.reason === "DeleteObject";
  const facts = { size: change.sizeBytes, eTag: change.etag.replaceAll('"', "") };
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: new Date().toISOString(),
        eventName: nativeNames[change.reason],
        userIdentity: { principalId: "LOCAL" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase() },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: notification.id ?? "local",
          bucket: {
            name: change.bucket,
            ownerIdentity: { principalId: "LOCAL" },
            arn: `arn:aws:s3:::${change.bucket}`,
          },
          object: {
            key: encodeKey(change.key).replaceAll("%20", "+"),
            ...(!deleted && facts),
            sequencer: change.sequencer,
          },
        },
      },
    ],
  };
}
