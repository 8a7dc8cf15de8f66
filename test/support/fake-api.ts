import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type * as z from "zod";
import { SignUploadRequest, SubmitVideoRequest } from "../../contracts/api.ts";
import type { JobView, PipelineListView, WorkerHealthView } from "../../contracts/api.ts";
import type { ResultManifest } from "../../contracts/artifact.ts";
import { errorDocs, errors } from "../../contracts/errors.ts";
import type { ErrorCode } from "../../contracts/errors.ts";
import { newJobId } from "../../contracts/job-id.ts";
import { routes } from "../../contracts/routes.ts";
import type { RouteFacts, RouteName } from "../../contracts/routes.ts";
import { FakeBucket } from "./fake-bucket.ts";
import { listen, readBody } from "./http-server.ts";

interface Upload {
  readonly key: string;
  readonly sizeBytes: number;
  readonly partBytes: number;
  readonly contentType: string;
}

/** What a published result consists of, by the name of its file. */
export interface FakeResult {
  readonly manifest: ResultManifest;
  readonly files: ReadonlyMap<string, { body: Buffer; contentType: string }>;
}

class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The API in one process and in memory, for tests of the page: real HTTP, the contract's schemas on every answer. */
export class FakeApi {
  readonly bucket = new FakeBucket();
  readonly jobs = new Map<string, JobView>();
  pipelines: PipelineListView = { pipelines: [] };
  health: WorkerHealthView;
  /** Uploads of this size and more go in parts. */
  multipartBytesMin = 6 * 1024 ** 2;
  /** What happens when a job's video has arrived. */
  onUploaded: (job: JobView) => void = () => {};
  /** Lets in who has this key, and else refuses as the gateway does; undefined: everybody comes in. */
  apiKey: string | undefined;
  /** Answers every request of one route with a refusal while it stands here. */
  readonly refuse = new Map<RouteName, ErrorCode>();
  readonly #uploads = new Map<string, Upload>();
  readonly #results = new Map<string, FakeResult>();
  readonly #page: string;

  constructor({ page, health }: { page: string; health: WorkerHealthView }) {
    this.#page = page;
    this.health = health;
  }

  async start(): Promise<{ origin: string; close: () => Promise<void> }> {
    const closeBucket = await this.bucket.start();
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (error instanceof Refusal) return problem(response, error.code);
        console.error(error);
        return problem(response, "INTERNAL");
      });
    });
    const { origin, close } = await listen(server);
    return {
      origin,
      close: async () => {
        await close();
        await closeBucket();
      },
    };
  }

  /** Puts a job there without an upload, or changes one that is there. */
  put(job: JobView): JobView {
    this.jobs.set(job.job_id, job);
    return job;
  }

  change(jobId: string, change: Partial<JobView>): JobView {
    return this.put({ ...this.#job(jobId), ...change });
  }

  /** Completes a job with a result, whose files lie in the bucket from then on. */
  complete(jobId: string, result: FakeResult): void {
    for (const [name, file] of result.files) {
      this.bucket.objects.set(`results/${jobId}/${name}`, file);
    }
    this.#results.set(jobId, result);
    this.change(jobId, {
      status: "completed",
      progress: null,
      blocked_reason: null,
      summary: result.manifest.summary,
      finished_at: new Date().toISOString(),
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://page");
    if (!url.pathname.startsWith("/v1/")) return this.#file(url.pathname, response);

    const { authorization } = request.headers;
    if (this.apiKey !== undefined && authorization !== `Bearer ${this.apiKey}`) {
      response.writeHead(authorization ? 403 : 401, { "content-type": "application/json" });
      return void response.end(
        JSON.stringify({ message: authorization ? "Forbidden" : "Unauthorized" }),
      );
    }

    const found = routeOf(request.method ?? "", url.pathname);
    if (found === undefined) throw new Refusal("ROUTE_NOT_FOUND");
    const refusal = this.refuse.get(found.name);
    if (refusal !== undefined) throw new Refusal(refusal);

    const body = await readBody(request);
    const facts: RouteFacts = routes[found.name];
    const read = body.length === 0 ? undefined : (JSON.parse(body.toString()) as unknown);
    const answer = this.#run(found.name, found.jobId, url.searchParams, read);
    response.writeHead(facts.status, { "content-type": "application/json" });
    const text = facts.response === undefined ? "" : JSON.stringify(facts.response.parse(answer));
    response.end(text);
  }

  #run(name: RouteName, jobId: string, query: URLSearchParams, body: unknown): unknown {
    switch (name) {
      case "submitVideo":
        return this.#submit(parsed(SubmitVideoRequest, body));
      case "signUpload":
        return this.#sign(this.#job(jobId), parsed(SignUploadRequest, body));
      case "listJobs":
        return this.#list(query);
      case "getJob":
        return this.#job(jobId);
      case "getResults":
        return this.#resultsOf(this.#job(jobId));
      case "cancelJob":
        return this.change(jobId, { status: "cancelled", blocked_reason: null, progress: null });
      case "retryJob":
        return this.change(jobId, {
          status: "pending",
          error: null,
          run: this.#job(jobId).run + 1,
        });
      case "deleteJob":
        this.#job(jobId);
        this.jobs.delete(jobId);
        return undefined;
      case "listPipelines":
        return this.pipelines;
      case "workerHealth":
        return this.health;
      default:
        throw new Refusal("ROUTE_NOT_FOUND");
    }
  }

  #job(jobId: string): JobView {
    const job = this.jobs.get(jobId);
    if (job === undefined) throw new Refusal("JOB_NOT_FOUND");
    return job;
  }

  #list(query: URLSearchParams) {
    const status = query.get("status");
    const jobs = [...this.jobs.values()]
      .filter((job) => status === null || job.status === status)
      .sort((a, b) => b.created_at.localeCompare(a.created_at));
    const from = Number(query.get("cursor") ?? 0);
    const to = from + 50;
    return { jobs: jobs.slice(from, to), next_cursor: to < jobs.length ? String(to) : null };
  }

  #submit(request: SubmitVideoRequest) {
    if (request.size_bytes === 0) throw new Refusal("UPLOAD_EMPTY");
    const now = new Date();
    const jobId = newJobId(now.getTime());
    const upload: Upload = {
      key: `uploads/${jobId}/source`,
      sizeBytes: request.size_bytes,
      partBytes: 5 * 1024 ** 2,
      contentType: request.content_type,
    };
    this.#uploads.set(jobId, upload);
    const job = this.put(
      jobView({
        job_id: jobId,
        filename: request.filename,
        content_type: request.content_type,
        size_bytes: request.size_bytes,
        pipeline_id: request.pipeline_id,
        options: request.options,
        created_at: now.toISOString(),
      }),
    );
    return {
      job_id: jobId,
      status: job.status,
      upload: {
        key: upload.key,
        expires_at: new Date(now.getTime() + 900_000).toISOString(),
        put: this.#sign(job, { operation: "put" }),
        multipart: {
          recommended: upload.sizeBytes >= this.multipartBytesMin,
          part_size_bytes: upload.partBytes,
          parts: Math.ceil(upload.sizeBytes / upload.partBytes),
          sign_path: `/v1/jobs/${jobId}/upload/sign`,
        },
      },
    };
  }

  #sign(job: JobView, request: SignUploadRequest) {
    const upload = this.#uploads.get(job.job_id);
    if (job.status !== "awaiting_upload" || upload === undefined) {
      throw new Refusal("UPLOAD_NOT_EXPECTED");
    }
    const signed = signedAs(request, upload);
    const url = this.bucket.sign({ ...signed, key: upload.key });
    const expires_at = new Date(Date.now() + 900_000).toISOString();
    return { method: signed.method, url, headers: signed.headers, expires_at };
  }

  /** What S3's event does in the deployed system. */
  noticeUploads(): void {
    for (const [jobId, { key }] of this.#uploads) {
      const job = this.jobs.get(jobId);
      if (job?.status !== "awaiting_upload" || !this.bucket.objects.has(key)) continue;
      this.onUploaded(this.change(jobId, { status: "pending", blocked_reason: null }));
    }
  }

  #resultsOf(job: JobView) {
    const result = this.#results.get(job.job_id);
    if (result === undefined) throw new Refusal("RESULTS_NOT_READY");
    const link = (key: string) => this.bucket.sign({ method: "GET", key, headers: {} });
    const entries = [...result.files].map(([name, { body, contentType }]) => ({
      name,
      content_type: contentType,
      size_bytes: body.length,
      sha256: "0".repeat(64),
      url: link(`results/${job.job_id}/${name}`),
    }));
    return {
      job_id: job.job_id,
      run: job.run,
      summary: result.manifest.summary,
      manifest: entries.find(({ name }) => name === "manifest.json"),
      artifacts: entries.filter(({ name }) => name !== "manifest.json"),
      source: {
        filename: job.filename,
        content_type: job.content_type,
        url: link(`uploads/${job.job_id}/source`),
      },
      expires_at: new Date(Date.now() + 900_000).toISOString(),
    };
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = path === "/" ? "index.html" : path.slice(1);
    const body = await readFile(join(this.#page, name)).catch(() => undefined);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const storage = this.bucket.origin;
    // Stricter than the deployed page's, so that the page fits into that too.
    response.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: ${storage}; media-src blob: ${storage}; connect-src 'self' ${storage}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    response.writeHead(200, { "content-type": types[extname(name)] ?? "text/plain" }).end(body);
  }
}

function signedAs(request: SignUploadRequest, { sizeBytes, partBytes, contentType }: Upload) {
  const headers = { "content-type": contentType, "if-none-match": "*" };
  switch (request.operation) {
    case "put":
      return { method: "PUT", headers, sizeBytes } as const;
    case "create_multipart":
      return { method: "POST", headers: { "content-type": contentType } } as const;
    case "upload_part": {
      const { upload_id: uploadId, part_number: partNumber } = request;
      const left = sizeBytes - (partNumber - 1) * partBytes;
      const partSize = Math.min(partBytes, left);
      return { method: "PUT", headers: {}, uploadId, partNumber, sizeBytes: partSize } as const;
    }
    case "list_parts":
      return { method: "GET", headers: {}, uploadId: request.upload_id } as const;
    case "complete_multipart":
      return { method: "POST", headers: {}, uploadId: request.upload_id } as const;
    default:
      return { method: "DELETE", headers: {}, uploadId: request.upload_id } as const;
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body);
  if (!read.success) throw new Refusal("INVALID_REQUEST");
  return read.data;
}

function routeOf(method: string, path: string): { name: RouteName; jobId: string } | undefined {
  for (const name of Object.keys(routes) as RouteName[]) {
    const pattern = new RegExp(`^${routes[name].path.replace("{job_id}", "(?<jobId>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (match !== null && routes[name].method === method) {
      return { name, jobId: match.groups?.["jobId"] ?? "" };
    }
  }
  return undefined;
}

function problem(response: ServerResponse, code: ErrorCode): void {
  const facts: { status?: number; title: string; hint: string } = errors[code];
  const status = facts.status ?? 500;
  response.writeHead(status, { "content-type": "application/problem+json" });
  response.end(
    JSON.stringify({
      type: errorDocs(code),
      title: facts.title,
      status,
      detail: `${facts.title}.`,
      code,
      hint: facts.hint,
    }),
  );
}

/** A job just submitted, with what a test says otherwise. */
export function jobView(change: Partial<JobView> = {}): JobView {
  const created = change.created_at ?? new Date().toISOString();
  return {
    job_id: newJobId(Date.parse(created)),
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    status: "awaiting_upload",
    filename: "match.mp4",
    content_type: "video/mp4",
    size_bytes: 4_200_000,
    pipeline_id: "pitch",
    options: {},
    run: 1,
    attempts: { used: 0, max: 4, interruptions: 0 },
    progress: null,
    segments: null,
    blocked_reason: null,
    worker_id: null,
    error: null,
    summary: null,
    history: [
      {
        at: created,
        event: "submitted",
        run: 1,
        fence: 0,
        worker_id: null,
        code: null,
        message: null,
      },
    ],
    created_at: created,
    upload_by: null,
    queued_at: null,
    started_at: null,
    finished_at: null,
    ...change,
  };
}
