import type { WorkerHealthView } from "../../contracts/api.ts";
import { now } from "../shell/now.ts";
import { ago, count, span } from "../words/format.ts";
import { jobHref } from "../route.ts";
import { ConnectKaggle } from "./connect-kaggle.tsx";
import { health, healthLost } from "./health.ts";

type Worker = WorkerHealthView["workers"][number];

const stateWords = {
  starting: "starting",
  idle: "idle",
  working: "working",
  stopping: "stopping",
} as const satisfies Record<Worker["state"], string>;

function WorkerLine({ worker }: { worker: Worker }) {
  const processor = worker.gpu ? "GPU" : "CPU";
  const mood = worker.alive && worker.on_this_queue ? "good" : "bad";
  return (
    <li class="worker">
      <p class="worker-name">
        <span class="dot" data-mood={mood} aria-hidden="true" />
        <span class="clip" title={worker.worker_id}>
          {worker.host}
        </span>
        <span class="tag">{processor}</span>
      </p>
      <p class="quiet">
        {worker.alive ? stateWords[worker.state] : "gone"}
        {worker.job_id !== null && (
          <>
            {" on "}
            <a href={jobHref(worker.job_id)}>a job</a>
          </>
        )}
        {", heard "}
        {ago(worker.heartbeat_at, now.value)}
      </p>
      {!worker.on_this_queue && (
        <p class="worker-fault">
          Listens to another queue: <code>{worker.queue_id}</code>
        </p>
      )}
    </li>
  );
}

/** Who works, and what waits. */
export function HealthPanel() {
  const view = health.value;
  return (
    <section class="panel" aria-labelledby="health-title">
      <h2 id="health-title">Workers and queue</h2>
      {view === undefined ? (
        <p class="quiet">{healthLost.value ? "The API does not answer." : "Looking…"}</p>
      ) : (
        <>
          <dl class="figures">
            <div>
              <dt>Workers</dt>
              <dd>{count(view.workers_alive)}</dd>
            </div>
            <div>
              <dt>Waiting</dt>
              <dd>{count(view.waiting.jobs)}</dd>
            </div>
            <div>
              <dt>In work</dt>
              <dd>{count(view.queue.in_flight)}</dd>
            </div>
          </dl>
          {view.waiting.oldest_since !== null && (
            <p class="quiet">
              The oldest has waited{" "}
              {span((now.value - Date.parse(view.waiting.oldest_since)) / 1000)}.
            </p>
          )}
          {view.workers.length === 0 ? (
            <p class="quiet">No worker has been heard of. Jobs wait; nothing is lost.</p>
          ) : (
            <ul class="workers">
              {view.workers.map((worker) => (
                <WorkerLine key={worker.worker_id} worker={worker} />
              ))}
            </ul>
          )}
          <ConnectKaggle />
          <p class="queue-name quiet">
            Queue <code title={view.queue_id}>{view.queue_id}</code>
          </p>
        </>
      )}
    </section>
  );
}
