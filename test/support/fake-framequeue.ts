import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  AddModelRequest,
  AddModelResponse,
  JobView,
  SignUploadRequest,
  SubmitVideoRequest,
  WorkerHealthView,
} from "../../contracts/api.ts";
import type { ResultManifest } from "../../contracts/artifact.ts";
import { errorDocs, errorFacts } from "../../contracts/errors.ts";
import type { ErrorCode } from "../../contracts/errors.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { routes } from "../../contracts/routes.ts";
import type { RouteFacts, RouteName } from "../../contracts/routes.ts";
import { builtInPipelines } from "../../models/catalog.ts";
import { jobView } from "./fake-api.ts";
import { FakeBucket } from "./fake-bucket.ts";
import { fakeResult } from "./fake-result.ts";
import { FakeWebhooks } from "./fake-webhooks.ts";
import { listen, readBody } from "./http-server.ts";

interface Asked {
  readonly name: RouteName;
  /** The first id in the address, whosever it is. */
  readonly jobId: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
  readonly idempotencyKey: string | undefined;
}

class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

const soon = () => new Date(Date.now() + 900_000).toISOString();

/** A whole system in one process, for tests of the command: real HTTP, the contract's schemas on both sides. */
export class FakeFramequeue {
  readonly bucket = new FakeBucket();
  readonly jobs = new Map<string, JobView>();
  readonly webhooks = new FakeWebhooks();
  readonly models: ModelManifest[] = [];
  /** What a model that says `replace` takes the name from. */
  replaced: AddModelResponse["replaced"];
  readonly asked: Asked[] = [];
  readonly keys = new Map<string, string>();
  pipelines = [...builtInPipelines];
  health: WorkerHealthView = healthyWorkers();
  multipartBytesMin = 1e9;
  partBytes = 5 * 1024 ** 2;
  /** What a job becomes, look by look, once its video has come. */
  life: readonly Partial<JobView>[] = [{ status: "pending" }, { status: "running" }];
  /** Files of a completed job's result, by name. */
  results = new Map<string, Buffer>();
  /** May answer in the API's place: a status, or 0 for a connection that breaks. */
  intercept: (asked: Asked) => number | undefined = () => undefined;
  /** Lets in who has this key, and else refuses as the gateway does; undefined: everybody comes in. */
  apiKey: string | undefined;
  /** Does what this route asks for, and loses the answer. */
  breakAfter: RouteName | undefined;
  apiUrl = "";
  readonly #looks = new Map<string, number>();

  async start(): Promise<() => Promise<void>> {
    const closeBucket = await this.bucket.start();
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const code = error instanceof Refusal ? error.code : "INTERNAL";
        if (code === "INTERNAL") console.error(error);
        sendProblem(response, code);
      });
    });
    const { origin, close } = await listen(server);
    this.apiUrl = origin;
    return async () => {
      await close();
      await closeBucket();
    };
  }

  /** Gives completed jobs this result: a manifest that names the digest of each file. */
  publish(files: Readonly<Record<string, string>>): void {
    const { manifest } = fakeResult({ ...fakeFacts, jobId: nobodys, filename: "clip.mp4" });
    const parts = Object.entries(files).map(([name, text]) => entryOf(name, Buffer.from(text)));
    const whole: ResultManifest = { ...manifest, artifacts: parts };
    this.results = new Map([
      ["manifest.json", Buffer.from(JSON.stringify(whole))],
      ...Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const),
    ]);
    this.life = [
      { status: "pending" },
      { status: "running" },
      { status: "completed", summary: manifest.summary },
    ];
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.apiUrl);
    const found = routeOf(request.method ?? "", url.pathname);
    if (!found) throw new Refusal("ROUTE_NOT_FOUND");

    const { authorization } = request.headers;
    if (this.apiKey !== undefined && authorization !== `Bearer ${this.apiKey}`) {
      response.writeHead(authorization ? 403 : 401, { "content-type": "application/json" });
      return void response.end(
        JSON.stringify({ message: authorization ? "Forbidden" : "Unauthorized" }),
      );
    }

    const facts: RouteFacts = routes[found.name];
    const bytes = await readBody(request);
    const read = facts.body?.safeParse(bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined);
    if (read && !read.success) throw new Refusal("INVALID_REQUEST");
    const asked: Asked = {
      ...found,
      body: read?.data,
      query: url.searchParams,
      idempotencyKey: request.headers["idempotency-key"]?.toString(),
    };
    this.asked.push(asked);

    const instead = this.intercept(asked);
    if (instead === 0) return void response.destroy();
    if (instead !== undefined) return void response.writeHead(instead).end();

    const answer = this.#run(asked);
    if (this.breakAfter === asked.name) return void response.destroy();
    response.writeHead(facts.status, { "content-type": "application/json" });
    response.end(
      facts.status === 204 ? "" : JSON.stringify(facts.response?.parse(answer) ?? answer),
    );
  }

  #run(asked: Asked): unknown {
    const { name, jobId } = asked;
    switch (name) {
      case "submitVideo":
        return this.#submit(asked);
      case "signUpload":
        return this.#sign(this.#job(jobId), asked.body as SignUploadRequest);
      case "listJobs":
        return { jobs: [...this.jobs.values()].toReversed(), next_cursor: null };
      case "getJob":
        return this.#look(jobId);
      case "getResults":
        return this.#resultsOf(this.#job(jobId));
      case "cancelJob":
        return this.#change(jobId, { status: "cancelled" });
      case "retryJob":
        return this.#change(jobId, { status: "pending", run: this.#job(jobId).run + 1 });
      case "deleteJob":
        this.#job(jobId);
        return this.jobs.delete(jobId);
      case "listPipelines":
        return { pipelines: this.pipelines };
      case "addModel":
        return this.#addModel(asked.body as AddModelRequest);
      case "removePipeline":
        return this.#removePipeline(jobId);
      case "workerHealth":
        return this.health;
      case "openapi":
        return { openapi: "3.1.0" };
      default: {
        const answer = this.webhooks.answer(name, jobId, asked.body);
        if (answer === undefined) throw new Refusal("WEBHOOK_NOT_FOUND");
        return answer;
      }
    }
  }

  #submit({ body, idempotencyKey }: Asked): unknown {
    const { filename, content_type, size_bytes, pipeline_id, options } = body as SubmitVideoRequest;
    if (!this.pipelines.some((each) => each.pipeline_id === pipeline_id)) {
      throw new Refusal("PIPELINE_UNKNOWN");
    }
    const earlier = idempotencyKey === undefined ? undefined : this.keys.get(idempotencyKey);
    const job = earlier
      ? this.#job(earlier)
      : jobView({ filename, content_type, size_bytes, pipeline_id, options });
    this.jobs.set(job.job_id, job);
    if (!earlier) this.#looks.set(job.job_id, 0);
    if (idempotencyKey !== undefined) this.keys.set(idempotencyKey, job.job_id);

    const parts = Math.ceil(size_bytes / this.partBytes);
    return {
      job_id: job.job_id,
      status: job.status,
      upload: {
        key: keyOf(job),
        expires_at: soon(),
        put: this.#signed(job, { operation: "put" }),
        multipart: {
          recommended: size_bytes >= this.multipartBytesMin,
          part_size_bytes: this.partBytes,
          parts,
          sign_path: `/v1/jobs/${job.job_id}/upload/sign`,
        },
      },
    };
  }

  #sign(job: JobView, request: SignUploadRequest): unknown {
    if (job.status !== "awaiting_upload") throw new Refusal("UPLOAD_NOT_EXPECTED");
    return this.#signed(job, request);
  }

  #signed(job: JobView, request: SignUploadRequest) {
    const size = job.size_bytes ?? 0;
    const type = { "content-type": job.content_type };
    const [method, headers, rest] = {
      put: ["PUT", { ...type, "if-none-match": "*" }, { sizeBytes: size }] as const,
      create_multipart: ["POST", type, {}] as const,
      upload_part: ["PUT", {}, this.#partOf(request, size)] as const,
      list_parts: ["GET", {}, {}] as const,
      complete_multipart: ["POST", { "if-none-match": "*" }, {}] as const,
      abort_multipart: ["DELETE", {}, {}] as const,
    }[request.operation];
    const uploadId = "upload_id" in request ? { uploadId: request.upload_id } : {};
    const url = this.bucket.sign({ method, headers, key: keyOf(job), ...uploadId, ...rest });
    return { method, url, headers, expires_at: soon() };
  }

  #partOf(request: SignUploadRequest, size: number) {
    if (request.operation !== "upload_part") return {};
    const left = size - (request.part_number - 1) * this.partBytes;
    return { partNumber: request.part_number, sizeBytes: Math.min(this.partBytes, left) };
  }

  /** Each look at a job whose video has come shows the next step of its life. */
  #look(jobId: string): JobView {
    const job = this.#job(jobId);
    if (job.status === "awaiting_upload" && !this.bucket.objects.has(keyOf(job))) {
      const message = "The video has not been uploaded yet.";
      return { ...job, blocked_reason: { code: "AWAITING_UPLOAD", message } };
    }
    const look = this.#looks.get(jobId);
    // Put there by the test: it stays as it is.
    if (look === undefined) return job;
    this.#looks.set(jobId, look + 1);
    const step = this.life[look];
    return step ? this.#change(jobId, step) : job;
  }

  #change(jobId: string, change: Partial<JobView>): JobView {
    const job = { ...this.#job(jobId), ...change };
    this.jobs.set(jobId, job);
    return job;
  }

  #job(jobId: string): JobView {
    const job = this.jobs.get(jobId);
    if (!job) throw new Refusal("JOB_NOT_FOUND");
    return job;
  }

  #resultsOf(job: JobView): unknown {
    if (job.status !== "completed") throw new Refusal("RESULTS_NOT_READY");
    const [manifest, ...artifacts] = [...this.results].map(([name, stored]) => {
      const body = name === "manifest.json" ? ofJob(stored, job.job_id) : stored;
      const key = `results/${job.job_id}/${name}`;
      this.bucket.objects.set(key, { body, contentType: "application/octet-stream" });
      const url = this.bucket.sign({ method: "GET", headers: {}, key });
      return { ...entryOf(name, body), url };
    });
    const source = this.bucket.sign({ method: "GET", headers: {}, key: keyOf(job) });
    return {
      job_id: job.job_id,
      run: job.run,
      summary: job.summary,
      manifest,
      artifacts,
      source: { filename: job.filename, content_type: job.content_type, url: source },
      expires_at: soon(),
    };
  }

  #removePipeline(pipelineId: string): void {
    const left = this.pipelines.filter(({ pipeline_id }) => pipeline_id !== pipelineId);
    if (left.length === this.pipelines.length) throw new Refusal("PIPELINE_NOT_FOUND");
    this.pipelines = left;
  }

  #addModel({ manifest, replace }: AddModelRequest): unknown {
    const { name, file } = manifest;
    this.models.push(manifest);
    const key = `models/${file.sha256}/model.onnx`;
    const checksum = Buffer.from(file.sha256, "hex").toString("base64");
    const headers = {
      "content-type": "application/octet-stream",
      "if-none-match": "*",
      "x-amz-checksum-sha256": checksum,
    };
    const url = this.bucket.sign({ method: "PUT", headers, key, sizeBytes: file.size_bytes });
    const upload = { method: "PUT", url, headers, expires_at: soon() };
    return {
      name,
      sha256: file.sha256,
      pipeline_id: name,
      upload: this.bucket.objects.has(key) ? null : upload,
      ...(replace && this.replaced && { replaced: this.replaced }),
    };
  }
}

export const keyOf = ({ job_id }: JobView): string => `uploads/${job_id}/source`;

/** In a manifest until it is known whose result it is. */
const nobodys = "nobody's";
const ofJob = (manifest: Buffer, jobId: string) =>
  Buffer.from(manifest.toString().replace(nobodys, jobId));

const fakeFacts = {
  width: 64,
  height: 36,
  durationSeconds: 2,
  averageFrameRate: 2,
  classes: ["player", "ball"],
  frames: [
    {
      frame_index: 0,
      pts: 0,
      t: 0,
      detections: [
        { class_id: 0, label: "player", score: 0.91, box: [1, 1, 5, 9], track_id: 1 },
        { class_id: 0, label: "player", score: 0.82, box: [20, 1, 25, 9], track_id: 2 },
        { class_id: 1, label: "ball", score: 0.55, box: [9, 9, 11, 11], track_id: 3 },
      ],
    },
    {
      frame_index: 1,
      pts: 45_000,
      t: 0.5,
      detections: [{ class_id: 0, label: "player", score: 0.9, box: [2, 1, 6, 9], track_id: 1 }],
    },
  ],
} satisfies Omit<Parameters<typeof fakeResult>[0], "jobId" | "filename">;

/** One worker, idle, heard of just now. */
export function healthyWorkers(): WorkerHealthView {
  const now = new Date().toISOString();
  return {
    queue_id: "work-here",
    queue: { visible: 0, in_flight: 0, delayed: 0 },
    waiting: { jobs: 0, oldest_since: null },
    workers_alive: 1,
    last_heartbeat_at: now,
    workers: [
      {
        worker_id: "worker-1",
        alive: true,
        state: "idle",
        queue_id: "work-here",
        on_this_queue: true,
        job_id: null,
        host: "here",
        version: "0.1.0",
        started_at: now,
        heartbeat_at: now,
        providers: ["cpu"],
        gpu: false,
        ffmpeg: "7.1",
        sandbox: "bubblewrap",
      },
    ],
  };
}

const entryOf = (name: string, body: Buffer) => ({
  name,
  content_type: "application/octet-stream",
  size_bytes: body.length,
  sha256: createHash("sha256").update(body).digest("hex"),
});

function routeOf(method: string, path: string): { name: RouteName; jobId: string } | undefined {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: RouteFacts = routes[name];
    const pattern = new RegExp(
      `^${route.path.replace(/\{\w+\}/, "(?<jobId>[^/]+)").replaceAll(/\{\w+\}/g, "[^/]+")}$`,
    );
    const match = pattern.exec(path);
    if (match && route.method === method) return { name, jobId: match.groups?.["jobId"] ?? "" };
  }
  return undefined;
}

function sendProblem(response: ServerResponse, code: ErrorCode): void {
  const { status = 500, title, hint } = errorFacts(code);
  response.writeHead(status, { "content-type": "application/problem+json" });
  const detail = `${title}.`;
  response.end(JSON.stringify({ type: errorDocs(code), title, status, detail, code, hint }));
}
