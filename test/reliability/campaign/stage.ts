import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { s3MediaBucket } from "../../../aws/s3-media-bucket.ts";
import { findPort } from "../../../local/ports.ts";
import { startSystem } from "../../support/system.ts";
import { copyTree, edited, type Edit } from "../../support/tree-copy.ts";
import { bundledWorker } from "./bundled-worker.ts";
import { deadLetterer } from "./dead-letterer.ts";
import type { Fate } from "./fates.ts";
import { openFaultProxy } from "./fault-proxy.ts";
import type { Fault } from "./faults.ts";
import { startFleet, type Fleet } from "./fleet.ts";
import { heartbeatSeconds, leaseSeconds, pace, segmentFrames } from "./pace.ts";
import { patientClient } from "./patient-client.ts";
import { openDetours } from "./detours.ts";
import { systemTimes, type ProcessorTimes } from "./processor-times.ts";
import { isClaim, type ProxiedRequest } from "./proxied-request.ts";
import { quickTools } from "./quick-tools.ts";

export interface StageOptions {
  readonly workers: number;
  readonly restSeconds: number;
  readonly planted: readonly Edit[];
  readonly faultOf: (request: ProxiedRequest) => Fault | undefined;
  /** Whether it lingers until another has claimed its job, though its sender lives. */
  readonly isLate: (request: ProxiedRequest) => boolean;
  readonly fate: (fleet: Fleet) => Fate;
  /** Leaves logs, rows and objects where they are. */
  readonly keep: boolean;
}

/**
 * Everything that a campaign happens to: a copy of the checkout with its waits shortened, the emulators behind the
 * proxy, the functions, and a fleet of workers that has not begun. Faults are off.
 */
export async function openStage({
  workers,
  restSeconds,
  planted,
  faultOf,
  isLate,
  fate,
  keep,
}: StageOptions) {
  const stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "framequeue-campaign-"));
  mkdirSync(join(folder, "state"));
  if (!keep) stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const { folder: root } = stack.use(await copyTree());
    stack.use(edited(root, [...pace, ...planted]));
    const stage = { fleet: undefined as Fleet | undefined };

    const detours = openDetours(leaseSeconds);
    const awsPort = await findPort(0);
    const proxy = await openFaultProxy({
      port: 0,
      targetPort: awsPort,
      faultOf,
      before(request) {
        const { fleet } = stage;
        if (fleet?.sees(request, "sent")) return detours.hold(request);
        fleet?.sees(request, "before");
        if (fleet?.isDead(request.sender)) return "break";
        return isLate(request) ? detours.hold(request) : undefined;
      },
      after(request, status) {
        if (status === 200 && isClaim(request)) detours.claimed(request);
        stage.fleet?.sees(request, "after", status);
      },
    });
    stack.defer(() => proxy.close());
    proxy.setFaults(false);

    const system = await startSystem({
      workers: 0,
      root,
      stateDirectory: join(folder, "state"),
      context: { leaseSeconds, segmentFrames, heartbeatSeconds },
      startArguments: ["--aws-port", `${awsPort}`, "--aws-url", proxy.url],
    });
    stack.defer(() => system.stop({ keepState: keep }));
    endsWithUs(system.start.pid!, keep ? [root] : [root, folder], stack);

    const { running } = system;
    const tools = await quickTools();
    const scratch = join(folder, "scratch");
    const fleet: Fleet = startFleet({
      root,
      entry: await bundledWorker(root),
      slots: workers,
      restSeconds,
      environment: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        ...running.worker_environment,
        FFMPEG_PATH: tools.ffmpeg.path,
        FFPROBE_PATH: tools.ffprobe.path,
        REQUIRE: "cpu",
        DETECTOR_THREADS: "1",
        MODEL_CACHE_DIRECTORY: join(folder, "models"),
        NODE_COMPILE_CACHE: join(folder, "compiled"),
      },
      scratch,
      logs: folder,
      fate: () => fate(fleet),
      now: Date.now,
    });
    stack.use(fleet);
    stack.defer(() => fleet.stop());
    stage.fleet = fleet;

    const aws = {
      endpoint: `http://127.0.0.1:${awsPort}`,
      region: running.region,
      credentials: {
        accessKeyId: running.access_key_id,
        secretAccessKey: running.secret_access_key,
      },
    };
    const { MEDIA_BUCKET = "", WORK_QUEUE_URL = "" } = running.worker_environment;
    return {
      folder,
      scratch,
      proxy,
      fleet,
      overtaken: detours.overtaken,
      /** Of the processor so far, by who took them. */
      processor: (): ProcessorTimes =>
        new Map([...fleet.times.processor(), ...systemTimes(running.processes)]),
      ffmpeg: tools.ffmpeg.path,
      call: patientClient(running),
      bucket: s3MediaBucket({
        client: new S3Client({ ...aws, forcePathStyle: true }),
        bucket: MEDIA_BUCKET,
      }),
      deadLetter: await deadLetterer(new SQSClient(aws), WORK_QUEUE_URL),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Told to end, it leaves nothing: everything else ends with its parent, but the system is a group of its own. */
function endsWithUs(pid: number, folders: readonly string[], stack: AsyncDisposableStack): void {
  const abandon = () => {
    process.kill(-pid, "SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, abandon);
    stack.defer(() => void process.off(signal, abandon));
  }
}
