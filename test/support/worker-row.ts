import type { WorkerRow } from "../../contracts/job.ts";

/** An idle worker without a GPU; the test names what differs. */
export const aWorkerRow = (differences: Partial<WorkerRow> = {}): WorkerRow => ({
  workerId: "w1",
  state: "idle",
  queueId: "memory/000000000000/work",
  startedAt: 0,
  heartbeatAt: 0,
  version: "0.1.0",
  host: "laptop",
  capabilities: {
    providers: ["cpu"],
    gpu: false,
    decoders: ["yolox", "yolo-v8"],
    ffmpeg: "8.0",
    ffprobe: "8.0",
    cpus: 2,
  },
  expiresAt: 4_000_000_000,
  ...differences,
});
