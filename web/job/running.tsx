import type { JobView } from "../../contracts/api.ts";
import { Bar } from "../shell/bar.tsx";
import { now } from "../shell/now.ts";
import { ago, count, percent, span } from "../words/format.ts";
import { stageWords } from "../words/status.ts";

const stages = ["fetch", "probe", "detect", "publish"] as const;
const stageNames = {
  fetch: "Fetch",
  probe: "Probe",
  detect: "Detect",
  publish: "Publish",
} as const;

/** How far the worker is. */
export function Running({ job }: { job: JobView }) {
  const { progress } = job;
  const at = progress === null ? -1 : stages.indexOf(progress.stage);

  return (
    <section class="panel running" aria-labelledby="running-title">
      <div class="running-head">
        <h2 id="running-title">
          {progress === null ? "A worker has it" : stageWords[progress.stage]}
        </h2>
        {progress?.fraction != null && <p class="running-percent">{percent(progress.fraction)}</p>}
      </div>
      <Bar fraction={progress?.fraction ?? null} label={`Progress of ${job.filename}`} />
      <ol class="stages">
        {stages.map((stage, index) => (
          <li key={stage} data-done={index < at} aria-current={index === at ? "step" : undefined}>
            {stageNames[stage]}
          </li>
        ))}
      </ol>
      {progress !== null && (
        <dl class="figures">
          <div>
            <dt>Frames</dt>
            <dd>
              {count(progress.frames_done)}
              {progress.frames_total !== null && (
                <span class="quiet"> of {count(progress.frames_total)}</span>
              )}
            </dd>
          </div>
          {job.segments !== null && (
            <div>
              <dt>Segments</dt>
              <dd>
                {count(job.segments.ended)}
                <span class="quiet"> of {count(job.segments.total)}</span>
              </dd>
            </div>
          )}
          {progress.frames_per_second !== null && (
            <div>
              <dt>Frames a second</dt>
              <dd>{progress.frames_per_second.toFixed(1)}</dd>
            </div>
          )}
          {progress.seconds_left !== null && (
            <div>
              <dt>Left</dt>
              <dd>{span(progress.seconds_left)}</dd>
            </div>
          )}
        </dl>
      )}
      <p class="quiet">
        Attempt {Math.max(1, job.attempts.used)} of {job.attempts.max}
        {job.worker_id !== null && (
          <>
            {" by "}
            <code>{job.worker_id}</code>
          </>
        )}
        {progress !== null && `, last heard ${ago(progress.updated_at, now.value)}`}
      </p>
      {job.blocked_reason !== null && <p>{job.blocked_reason.message}</p>}
    </section>
  );
}
