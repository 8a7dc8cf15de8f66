import type { S3Call } from "./s3-call.ts";
import type { StoredObject } from "./object-store.ts";

/** The HTTP headers that S3 keeps with an object and returns. */
export const keptHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];

type Attributes = Pick<StoredObject, "headers" | "metadata">;

/** What a PUT or the start of a multipart upload says about the object besides its bytes. */
export function requestAttributes({ request, parameters }: S3Call): Attributes {
  const given = Object.entries(request.headers).map(
    ([name, value]) => [name, String(value)] as const,
  );
  const metadata = [...parameters, ...given]
    .filter(([name]) => name.toLowerCase().startsWith("x-amz-meta-"))
    .map(([name, value]) => [metadataName(name), Buffer.from(value, "latin1").toString()]);

  const headers = new Map(given.filter(([name, value]) => keptHeaders.includes(name) && value));
  const encoding = (headers.get("content-encoding") ?? "")
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "aws-chunked");
  headers.delete("content-encoding");
  if (encoding.length > 0) headers.set("content-encoding", encoding.join(","));
  if (!headers.has("content-type")) headers.set("content-type", "application/octet-stream");

  return { headers: Object.fromEntries(headers), metadata: Object.fromEntries(metadata) };
}

/** The same from the fields of a browser's form, whose names are lower-case. */
export function formAttributes(fields: ReadonlyMap<string, string>): Attributes {
  const headers = [...fields].filter(([name]) => keptHeaders.includes(name));
  const metadata = [...fields]
    .filter(([name]) => name.startsWith("x-amz-meta-"))
    .map(([name, value]) => [metadataName(name), value]);
  return {
    headers: { "content-type": "binary/octet-stream", ...Object.fromEntries(headers) },
    metadata: Object.fromEntries(metadata),
  };
}

function metadataName(name: string): string {
  return name.toLowerCase().replace("x-amz-meta-", "");
}
