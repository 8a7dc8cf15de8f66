import type { WorkerHealthView } from "../../contracts/api.ts";
import { formatSeconds } from "../client/format.ts";
import type { Finding } from "./finding.ts";
import { broken, ok, warning } from "./finding.ts";

/** More than a heartbeat can be old, and less than what signatures bear. */
const clockSkewSecondsMax = 120;

/** Whether workers are alive, and on the queue that jobs are sent to. */
export function checkWorkers(health: WorkerHealthView, now: number): Finding[] {
  const alive = health.workers.filter((worker) => worker.alive);
  const elsewhere = alive.filter((worker) => !worker.on_this_queue);
  const otherQueues = [...new Set(elsewhere.map((worker) => worker.queue_id))].join(", ");
  const sameQueue = "Give the workers the WORK_QUEUE_URL of this system, then start them again.";

  if (health.workers_alive === 0 && elsewhere.length > 0) {
    return [
      broken(
        "workers",
        `jobs go to queue ${health.queue_id}, but every worker polls another: ${otherQueues}`,
        sameQueue,
      ),
    ];
  }
  if (health.workers_alive === 0) {
    const last = health.last_heartbeat_at;
    return [
      broken(
        "workers",
        `none is alive on queue ${health.queue_id} (${last ? `last heard of at ${last}` : "none was ever heard of"})`,
        "`framequeue up` starts one on this machine; elsewhere see the worker's log.",
      ),
    ];
  }

  const count = health.workers_alive === 1 ? "one is" : `${health.workers_alive} are`;
  const findings = [
    ok("workers", `${count} alive on queue ${health.queue_id}, ${heartbeat(health, now)}`),
  ];
  if (elsewhere.length > 0) {
    findings.push(
      warning("workers", `others are alive on another queue: ${otherQueues}`, sameQueue),
    );
  }
  const ageSeconds = (now - Date.parse(health.last_heartbeat_at ?? "")) / 1000;
  if (Math.abs(ageSeconds) > clockSkewSecondsMax) {
    findings.push(
      warning(
        "workers",
        `the clocks of this machine and of the system differ by about ${formatSeconds(Math.abs(ageSeconds))}`,
        "Set this machine's clock; signatures depend on it.",
      ),
    );
  }
  return findings;
}

const heartbeat = ({ last_heartbeat_at: last }: WorkerHealthView, now: number): string =>
  last
    ? `heartbeat ${formatSeconds(Math.max(0, now - Date.parse(last)) / 1000)} ago`
    : "no heartbeat yet";

/** ffmpeg, as the workers that are alive have found it. */
export function checkFfmpegOfWorkers({ workers }: WorkerHealthView): Finding[] {
  return workers
    .filter(({ alive, on_this_queue }) => alive && on_this_queue)
    .map(({ worker_id, ffmpeg, state }) =>
      ffmpeg || state === "starting"
        ? ok("ffmpeg", `${worker_id}: ${ffmpeg || "not known yet"}`)
        : broken("ffmpeg", `${worker_id} has none`, "Install FFmpeg there, or set FFMPEG_PATH."),
    );
}
