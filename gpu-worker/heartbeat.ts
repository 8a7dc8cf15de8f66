import type { JobId } from "../contracts/job-id.ts";
import type { WorkerCapabilities, WorkerRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { WorkerRegistry } from "../contracts/ports/job-store.ts";
import { wordsOf, type Log } from "./log.ts";

export interface Heartbeat {
  /** Changes what the row says, and says it at once. */
  readonly show: (
    change: Partial<Pick<WorkerRow, "state" | "capabilities">> & { jobId?: JobId | undefined },
  ) => Promise<void>;
  /** The work is done: the row says so in a moment, unless more of the same job comes. */
  readonly rest: () => void;
  /** Beats no more and forgets the row: this worker went on purpose. */
  readonly end: () => Promise<void>;
}

/** A worker that still looks for what it can do. */
export const nothingKnown: WorkerCapabilities = {
  providers: [],
  gpu: false,
  decoders: [],
  ffmpeg: "",
  ffprobe: "",
  cpus: 0,
};

/** Keeps the worker's row fresh from the first moment on, in work and idle. */
export function startHeartbeat(
  identity: Pick<WorkerRow, "workerId" | "queueId" | "version" | "host" | "fleet">,
  {
    registry,
    seconds,
    now,
    log,
  }: { registry: WorkerRegistry; seconds: number; now: () => number; log: Log },
): Heartbeat {
  let isEnded = false;
  let next: NodeJS.Timeout | undefined;
  const startedAt = now();
  let shown: Pick<WorkerRow, "state" | "capabilities" | "jobId"> = {
    state: "starting",
    capabilities: nothingKnown,
  };
  // One write at a time, so that an older state never lands on a newer one.
  let last = Promise.resolve();

  function beat(): Promise<void> {
    // From this one on: a change that was just shown was a beat, too, and need not be followed by another.
    clearTimeout(next);
    if (!isEnded) next = setTimeout(() => void beat(), seconds * 1000);
    const write = async () => {
      const heartbeatAt = now();
      const expiresAt = Math.floor(heartbeatAt / 1000) + limits.workerForgottenSeconds;
      await registry.beat({ ...identity, ...shown, startedAt, heartbeatAt, expiresAt });
    };
    last = last
      .then(write)
      .catch((error: unknown) => log("WARN", "the heartbeat failed", { error: wordsOf(error) }));
    return last;
  }

  void beat();

  let idleSoon: NodeJS.Timeout | undefined;
  return {
    async show({ jobId, ...change }) {
      clearTimeout(idleSoon);
      const { jobId: lastJobId, ...kept } = shown;
      const isTheSame = change.state === shown.state && jobId === lastJobId && !change.capabilities;
      shown = { ...kept, ...change, ...(jobId && { jobId }) };
      if (!isTheSame) await beat();
    },
    rest() {
      clearTimeout(idleSoon);
      idleSoon = setTimeout(() => {
        const { jobId: _, ...kept } = shown;
        shown = { ...kept, state: "idle" };
        void beat();
      }, limits.idleShownSeconds * 1000);
    },
    async end() {
      clearTimeout(idleSoon);
      isEnded = true;
      clearTimeout(next);
      await last;
      // Its expiry forgets it, too; why the worker ends must not be hidden by this.
      await registry
        .forget(identity.workerId)
        .catch((error: unknown) =>
          log("WARN", "the worker's row was not removed", { error: wordsOf(error) }),
        );
    },
  };
}
