import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, readBody } from "./http-server.ts";

/** One request that the bucket has signed: it is answered only as it was signed, and only in time. */
interface Signed {
  readonly method: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  readonly uploadId?: string;
  readonly partNumber?: number;
  expiresAt: number;
}

interface Multipart {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

export interface BucketLogEntry {
  readonly operation: string;
  readonly partNumber?: number;
  readonly status: number;
}

/** S3 as far as a page can tell: presigned requests from another origin, ranges, parts, its own error codes. */
export class FakeBucket {
  readonly objects = new Map<string, { body: Buffer; contentType: string }>();
  readonly multiparts = new Map<string, Multipart>();
  readonly log: BucketLogEntry[] = [];
  /** May answer a request in the bucket's place, or hold it back. */
  intercept: (signed: Signed) => Promise<number | undefined> = async () => undefined;
  readonly #signed = new Map<string, Signed>();
  #origin = "";

  get origin(): string {
    return this.#origin;
  }

  async start(): Promise<() => Promise<void>> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    const { origin, close } = await listen(server);
    this.#origin = origin;
    return close;
  }

  sign(request: Omit<Signed, "expiresAt">, seconds = 900): string {
    const signature = randomUUID();
    this.#signed.set(signature, { ...request, expiresAt: Date.now() + seconds * 1000 });
    return `${this.#origin}/${request.key}?X-Amz-Signature=${signature}`;
  }

  /** Every link that was given out so far is refused from now on. */
  expireLinks(): void {
    for (const signed of this.#signed.values()) signed.expiresAt = 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-expose-headers", "ETag, Location");
    if (request.method === "OPTIONS") {
      response.setHeader("access-control-allow-methods", "GET, PUT, POST, DELETE, HEAD");
      response.setHeader(
        "access-control-allow-headers",
        request.headers["access-control-request-headers"] ?? "*",
      );
      response.writeHead(204).end();
      return;
    }

    const body = await readBody(request);
    const url = new URL(request.url ?? "/", this.#origin);
    const signed = this.#signed.get(url.searchParams.get("X-Amz-Signature") ?? "");
    const fault = signed && this.#refusal(request, body, signed);
    if (signed === undefined || fault !== undefined) {
      return this.#fail(response, signed, 403, fault ?? "AccessDenied");
    }
    const status = await this.intercept(signed);
    if (response.destroyed) return;
    if (status === 0) {
      this.#write(signed, body);
      response.destroy();
      return;
    }
    if (status !== undefined) return this.#fail(response, signed, status, "SlowDown");
    this.#serve(request, response, signed, body);
  }

  #refusal(request: IncomingMessage, body: Buffer, signed: Signed): string | undefined {
    if (request.method !== signed.method) return "SignatureDoesNotMatch";
    if (signed.expiresAt < Date.now()) return "AccessDenied";
    for (const [name, value] of Object.entries(signed.headers)) {
      if (request.headers[name.toLowerCase()] !== value) return "SignatureDoesNotMatch";
    }
    const size = signed.sizeBytes;
    return size !== undefined && size !== body.length ? "SignatureDoesNotMatch" : undefined;
  }

  #fail(response: ServerResponse, signed: Signed | undefined, status: number, code: string): void {
    this.#note(signed, status);
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  }

  #note(signed: Signed | undefined, status: number): void {
    const part = signed?.partNumber === undefined ? {} : { partNumber: signed.partNumber };
    const what = signed === undefined ? "unsigned" : operationOf(signed);
    this.log.push({ operation: what, ...part, status });
  }

  /** Takes the bytes; answers S3's code where it would not. */
  #write(signed: Signed, body: Buffer): string | undefined {
    const { key, uploadId, partNumber } = signed;
    if (uploadId === undefined) {
      if (this.objects.has(key)) return "PreconditionFailed";
      this.objects.set(key, { body, contentType: signed.headers["content-type"] ?? "" });
      return undefined;
    }

    const multipart = this.multiparts.get(uploadId);
    if (multipart === undefined) return "NoSuchUpload";
    if (partNumber !== undefined) multipart.parts.set(partNumber, body);
    return undefined;
  }

  #serve(request: IncomingMessage, response: ServerResponse, signed: Signed, body: Buffer): void {
    const { key, uploadId } = signed;
    const operation = operationOf(signed);
    const xml = (text: string) => {
      this.#note(signed, 200);
      response.writeHead(200, { "content-type": "application/xml" }).end(text);
    };

    if (operation === "get") return this.#get(request, response, signed);
    if (operation === "create_multipart") {
      const id = randomUUID();
      this.multiparts.set(id, { key, parts: new Map() });
      return xml(
        `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (operation === "put" || operation === "upload_part") {
      const code = this.#write(signed, body);
      if (code !== undefined) {
        return this.#fail(response, signed, code === "NoSuchUpload" ? 404 : 412, code);
      }
      this.#note(signed, 200);
      response.setHeader("etag", `"${etag(body)}"`);
      response.writeHead(200).end();
      return;
    }

    const multipart = this.multiparts.get(uploadId!);
    if (multipart === undefined) return this.#fail(response, signed, 404, "NoSuchUpload");
    const parts = [...multipart.parts].sort(([a], [b]) => a - b);
    if (operation === "list_parts") {
      const listed = parts.map(
        ([number, bytes]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag(bytes)}&quot;</ETag><Size>${bytes.length}</Size></Part>`,
      );
      return xml(`<ListPartsResult>${listed.join("")}</ListPartsResult>`);
    }

    this.multiparts.delete(uploadId!);
    if (operation === "abort_multipart") {
      this.#note(signed, 204);
      response.writeHead(204).end();
      return;
    }
    const whole = Buffer.concat(parts.map(([, bytes]) => bytes));
    this.objects.set(key, { body: whole, contentType: "video/mp4" });
    xml(
      `<CompleteMultipartUploadResult><Location>${this.#origin}/${key}</Location><Key>${key}</Key><ETag>"${etag(whole)}"</ETag></CompleteMultipartUploadResult>`,
    );
  }

  #get(request: IncomingMessage, response: ServerResponse, signed: Signed): void {
    const object = this.objects.get(signed.key);
    if (object === undefined) return this.#fail(response, signed, 404, "NoSuchKey");

    const { body, contentType } = object;
    response.setHeader("content-type", contentType);
    response.setHeader("accept-ranges", "bytes");
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    this.#note(signed, range ? 206 : 200);
    if (range === null) {
      response.writeHead(200, { "content-length": body.length }).end(body);
      return;
    }
    const from = Number(range[1]);
    const to = range[2] ? Math.min(Number(range[2]), body.length - 1) : body.length - 1;
    response.writeHead(206, {
      "content-range": `bytes ${from}-${to}/${body.length}`,
      "content-length": to - from + 1,
    });
    response.end(body.subarray(from, to + 1));
  }
}

const etag = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");

function operationOf({ method, uploadId, partNumber }: Signed): string {
  if (method === "GET") return uploadId === undefined ? "get" : "list_parts";
  if (method === "DELETE") return "abort_multipart";
  if (method === "POST") return uploadId === undefined ? "create_multipart" : "complete_multipart";
  return partNumber === undefined ? "put" : "upload_part";
}
