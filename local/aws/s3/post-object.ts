import type { IncomingMessage } from "node:http";
import { AwsError } from "../aws-error.ts";
import { ByteReader } from "../http/byte-reader.ts";
import { s3Attempts } from "../iam/attempt-of.ts";
import { streamBody } from "../http/request-body.ts";
import { encodeKey } from "../http/request-target.ts";
import { verifyPostPolicy } from "../sigv4/post-policy.ts";
import type { Verifier } from "../sigv4/verifier.ts";
import { checksumAlgorithms } from "./checksums.ts";
import { formAttributes } from "./object-attributes.ts";
import type { S3Request, S3Stores } from "./s3-call.ts";
import { answerXml } from "./s3-call.ts";
import { invalidArgument } from "./s3-errors.ts";

/** S3's limit for everything in the form that stands before the file. */
const formBytesMax = 20 * 1024;

/** A browser's form upload: its signature is the policy among the form's fields, so it is checked here. */
export async function postObject(
  stores: S3Stores,
  call: S3Request,
  verifier: Verifier,
): Promise<void> {
  const { bucket, request, response } = call;
  const { fields, filename, file } = await readForm(request);
  const key = fields.get("key")?.replaceAll("${filename}", filename.replace(/^.*[\\/]/, ""));
  if (!key) throw invalidArgument("Bucket POST must contain a field named 'key'.");
  const limits = verifyPostPolicy(fields, { bucket, key }, verifier);
  const [accessKeyId = ""] = (fields.get("x-amz-credential") ?? "").split("/");
  const session = verifier.sessions.find(accessKeyId);
  stores.roles.check(session, s3Attempts({ method: "PUT", bucket, key }));

  const claimed = checksumAlgorithms.flatMap((algorithm) => {
    const value = fields.get(`x-amz-checksum-${algorithm}`);
    return value === undefined ? [] : [[algorithm, value] as const];
  });
  const claims = { contentMd5: fields.get("content-md5"), checksums: Object.fromEntries(claimed) };
  const body = await stores.blobs.write(file, { claims: () => claims, limits });
  try {
    const object = { ...formAttributes(fields), ...body, ranges: [body] };
    stores.objects.put({ bucket, key, reason: "PostObject" }, object, {});
  } catch (error) {
    stores.blobs.remove([body]);
    throw error;
  }

  const location = `http://${request.headers.host}/${bucket}/${encodeKey(key)}`;
  response.setHeader("etag", body.etag);
  response.setHeader("location", location);
  const redirect = fields.get("success_action_redirect");
  if (redirect !== undefined) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag: body.etag })) {
      url.searchParams.set(name, value);
    }
    response.writeHead(303, { location: url.href }).end();
    return;
  }
  const status = fields.get("success_action_status");
  if (status === "201") {
    const answer = { Location: location, Bucket: bucket, Key: key, ETag: body.etag };
    answerXml(call, "PostResponse", answer, 201);
    return;
  }
  response.writeHead(status === "200" ? 200 : 204).end();
}

interface Form {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly file: AsyncIterable<Buffer>;
}

/** Reads multipart/form-data up to the file and hands the file over as a stream. */
async function readForm(request: IncomingMessage): Promise<Form> {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers["content-type"] ?? "")?.[1];
  if (boundary === undefined) throw malformedForm();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line break before it; with one, it is like the others.
  const reader = new ByteReader(streamBody(request), Buffer.from("\r\n"));
  const read = async (end: Buffer) => {
    const bytes = await reader.readUntil(end, formBytesMax);
    if (bytes === undefined) throw malformedForm();
    return bytes.toString();
  };

  await read(delimiter);
  const fields = new Map<string, string>();
  for (;;) {
    const head = await read(Buffer.from("\r\n\r\n"));
    const name = /\bname="((?:[^"\\]|\\.)*)"/i.exec(head)?.[1]?.toLowerCase();
    if (name === undefined) throw malformedForm();
    if (name === "file") {
      const filename = /\bfilename="((?:[^"\\]|\\.)*)"/i.exec(head)?.[1] ?? "";
      return {
        fields,
        filename: filename.replaceAll("%22", '"'),
        file: passFile(reader, delimiter),
      };
    }
    fields.set(name, await read(delimiter));
  }
}

async function* passFile(reader: ByteReader, delimiter: Buffer): AsyncGenerator<Buffer, void> {
  const ended = yield* reader.passUntil(delimiter);
  if (!ended) throw malformedForm();
  await reader.drain();
}

function malformedForm(): AwsError {
  return new AwsError(
    400,
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
  );
}
