import type { WorkerHealthView } from "../../contracts/api.ts";
import { ApiError } from "../client/api-error.ts";
import { CommandError } from "../faults.ts";
import type { Session, System } from "../session.ts";
import { checkFfmpegHere } from "./check-ffmpeg.ts";
import { checkFlow } from "./check-flow.ts";
import { checkLocal } from "./check-local.ts";
import { checkModels } from "./check-models.ts";
import { checkFfmpegOfWorkers, checkWorkers } from "./check-workers.ts";
import type { Finding } from "./finding.ts";
import { broken, ok, unknown } from "./finding.ts";

export interface DiagnoseOptions {
  readonly pageUrl: string | undefined;
  readonly patienceSeconds: number;
}

/** Looks at every hop from here to a worker, in the order in which a video takes them. */
export async function* diagnose(
  session: Session,
  options: DiagnoseOptions,
): AsyncGenerator<Finding> {
  const { environment, signal, now } = session;
  yield checkLocal(session);

  let system: System;
  try {
    system = session.connect();
  } catch (error) {
    yield fault("address", error);
    return;
  }
  yield ok("address", `${system.apiUrl} (from ${system.from})`);

  try {
    const { openapi } = (await system.client.openapi({ signal })) as { openapi?: unknown };
    if (typeof openapi !== "string") {
      yield broken("API", "what answers there is no Framequeue", "Check the address.");
      return;
    }
    yield ok("API", `answers, OpenAPI ${openapi}`);
  } catch (error) {
    yield fault("API", error);
    yield unknown("everything behind", "cannot be asked");
    return;
  }

  const pipelines = yield* attempt("pipelines", async () => {
    const { pipelines } = await system.client.listPipelines({ signal });
    const names = pipelines.map(({ pipeline_id }) => pipeline_id).join(", ");
    return [
      pipelines.length > 0 ? ok("pipelines", names) : broken("pipelines", "there are none"),
      pipelines,
    ];
  });
  const health = yield* attempt<WorkerHealthView>("workers", async () => {
    const health = await system.client.workerHealth({ signal });
    return [checkWorkers(health, now()), health];
  });

  const pipelineId = pipelines?.[0]?.pipeline_id;
  if (pipelineId !== undefined) {
    const workersAlive = (health?.workers_alive ?? 0) > 0;
    try {
      yield* checkFlow(system, { ...options, pipelineId, workersAlive, signal });
    } catch (error) {
      signal.throwIfAborted();
      yield fault("submit", error);
    }
  }

  const ofWorkers = health ? checkFfmpegOfWorkers(health) : [];
  if (ofWorkers.length > 0) yield* ofWorkers;
  else yield await checkFfmpegHere(environment);
  yield* await checkModels(pipelines ?? [], signal);

  async function* attempt<Result>(
    hop: string,
    look: () => Promise<[Finding | Finding[], Result]>,
  ): AsyncGenerator<Finding, Result | undefined> {
    try {
      const [findings, result] = await look();
      yield* Array.isArray(findings) ? findings : [findings];
      return result;
    } catch (error) {
      signal.throwIfAborted();
      yield fault(hop, error);
      return undefined;
    }
  }
}

function fault(hop: string, error: unknown): Finding {
  if (error instanceof ApiError) return broken(hop, `${error.title}: ${error.detail}`, error.hint);
  if (error instanceof CommandError) return broken(hop, error.message, error.hint);
  return broken(hop, error instanceof Error ? error.message : String(error));
}
