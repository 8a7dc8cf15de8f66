import { AwsError } from "../aws-error.ts";
import { notImplemented } from "./s3-errors.ts";
import type { QueueNotification } from "./bucket-store.ts";
import type { S3Call, S3Operation } from "./s3-call.ts";
import { answerEmpty, answerXml, header, readXml } from "./s3-call.ts";
import type { XmlElement, XmlValue } from "./xml.ts";
import { childrenOf, textOf } from "./xml.ts";

export const listBuckets: S3Operation = ({ buckets }, call) => {
  answerXml(call, "ListAllMyBucketsResult", {
    Owner: { ID: "local" },
    Buckets: {
      Bucket: buckets.list().map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
      })),
    },
  });
};

export const createBucket: S3Operation = async ({ buckets }, call) => {
  await readXml(call);
  buckets.insert(call.bucket);
  call.response.setHeader("location", `/${call.bucket}`);
  answerEmpty(call, 200);
};

export const headBucket: S3Operation = ({ region }, call) => {
  call.response.setHeader("x-amz-bucket-region", region);
  answerEmpty(call, 200);
};

export const deleteBucket: S3Operation = ({ buckets, objects }, call) => {
  if (objects.list(call.bucket, "", true, 1).length > 0) {
    throw new AwsError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
  }
  buckets.remove(call.bucket);
  answerEmpty(call, 204);
};

export const getBucketLocation: S3Operation = ({ region }, call) => {
  answerXml(call, "LocationConstraint", region === "us-east-1" ? "" : region);
};

export const putBucketCors: S3Operation = async ({ buckets }, call) => {
  const { root } = await readXml(call);
  const cors = childrenOf(root, "CORSRule").map((rule) => {
    const list = (name: string) => childrenOf(rule, name).map(({ text }) => text);
    const maxAge = textOf(rule, "MaxAgeSeconds");
    return {
      allowedOrigins: list("AllowedOrigin"),
      allowedMethods: list("AllowedMethod"),
      allowedHeaders: list("AllowedHeader"),
      exposeHeaders: list("ExposeHeader"),
      ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    };
  });
  buckets.configure(call.bucket, { cors });
  answerEmpty(call, 200);
};

export const getBucketCors: S3Operation = ({ buckets }, call) => {
  const { cors = [] } = buckets.get(call.bucket).configuration;
  if (cors.length === 0) {
    throw new AwsError(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
  }
  answerXml(call, "CORSConfiguration", {
    CORSRule: cors.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
};

export const deleteBucketCors: S3Operation = ({ buckets }, call) => {
  buckets.configure(call.bucket, { cors: [] });
  answerEmpty(call, 204);
};

export const putBucketNotification: S3Operation = async ({ buckets, queueExists }, call) => {
  const { root } = await readXml(call);
  for (const kind of ["TopicConfiguration", "CloudFunctionConfiguration"]) {
    if (childrenOf(root, kind).length > 0) throw notImplemented(kind);
  }
  const notificationQueues = childrenOf(root, "QueueConfiguration").map(parseNotification);
  const missing = notificationQueues.find(({ queueArn }) => !queueExists(queueArn));
  if (missing && header(call, "x-amz-skip-destination-validation") !== "true") {
    throw new AwsError(
      400,
      "InvalidArgument",
      "Unable to validate the following destination configurations",
      { ArgumentName: missing.queueArn, ArgumentValue: "null" },
    );
  }
  const eventBridgeEnabled = childrenOf(root, "EventBridgeConfiguration").length > 0;
  buckets.configure(call.bucket, { notificationQueues, eventBridgeEnabled });
  answerEmpty(call, 200);
};

export const getBucketNotification: S3Operation = ({ buckets }, call) => {
  const { notificationQueues = [], eventBridgeEnabled } = buckets.get(call.bucket).configuration;
  answerXml(call, "NotificationConfiguration", {
    QueueConfiguration: notificationQueues.map(printNotification),
    EventBridgeConfiguration: eventBridgeEnabled ? {} : undefined,
  });
};

/** Keeps a sub-resource that nothing here acts on, such as encryption, policy or public access block. */
export function putStored(name: string): S3Operation {
  return async ({ buckets }, call) => {
    const { source } = await readXml(call);
    const { stored } = buckets.get(call.bucket).configuration;
    buckets.configure(call.bucket, { stored: { ...stored, [name]: source } });
    answerEmpty(call, 200);
  };
}

export function getStored(name: string): S3Operation {
  return ({ buckets }, call) => {
    const source = buckets.get(call.bucket).configuration.stored?.[name];
    if (source === undefined) {
      throw new AwsError(404, "NoSuchConfiguration", `The ${name} configuration does not exist`);
    }
    call.response.writeHead(200, { "content-type": contentType(source) }).end(source);
  };
}

export function deleteStored(name: string): S3Operation {
  return ({ buckets }, call: S3Call) => {
    const { [name]: _, ...stored } = buckets.get(call.bucket).configuration.stored ?? {};
    buckets.configure(call.bucket, { stored });
    answerEmpty(call, 204);
  };
}

function contentType(source: string): string {
  return source.startsWith("{") ? "application/json" : "application/xml";
}

function parseNotification(element: XmlElement): QueueNotification {
  const rules = childrenOf(element, "Filter")
    .flatMap((filter) => childrenOf(filter, "S3Key"))
    .flatMap((key) => childrenOf(key, "FilterRule"))
    .map((rule) => [textOf(rule, "Name")?.toLowerCase(), textOf(rule, "Value")] as const);
  const { prefix, suffix } = Object.fromEntries(rules);
  const id = textOf(element, "Id");
  return {
    ...(id !== undefined && { id }),
    queueArn: textOf(element, "Queue") ?? "",
    events: childrenOf(element, "Event").map(({ text }) => text),
    ...(prefix !== undefined && { prefix }),
    ...(suffix !== undefined && { suffix }),
  };
}

function printNotification(notification: QueueNotification): XmlValue {
  const rules = (["prefix", "suffix"] as const).flatMap((Name) => {
    const Value = notification[Name];
    return Value === undefined ? [] : [{ Name, Value }];
  });
  return {
    Id: notification.id,
    Queue: notification.queueArn,
    Event: notification.events,
    Filter: rules.length > 0 ? { S3Key: { FilterRule: rules } } : undefined,
  };
}
