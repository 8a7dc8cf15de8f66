import * as z from "zod";

const EventBridgeEvent = z.object({
  "detail-type": z.literal("Object Created"),
  detail: z.object({ object: z.object({ key: z.string() }) }),
});
const S3Notification = z.object({
  Records: z.array(
    z.object({ eventName: z.string(), s3: z.object({ object: z.object({ key: z.string() }) }) }),
  ),
});
const S3TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

const UploadEvent = z.union([
  EventBridgeEvent.transform(({ detail }) => [detail.object.key]),
  S3Notification.transform(({ Records }) =>
    Records.filter(({ eventName }) => eventName.includes("ObjectCreated:")).map(({ s3 }) =>
      // S3's own notifications have keys as a form sends them, EventBridge's are plain.
      decodeURIComponent(s3.object.key.replaceAll("+", " ")),
    ),
  ),
  S3TestEvent.transform((): string[] => []),
]);

/** The keys of the objects that a message announces, whether S3 or EventBridge sent it. */
export const uploadedKeys = (body: string): readonly string[] =>
  UploadEvent.parse(JSON.parse(body));
