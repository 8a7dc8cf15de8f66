import type { JobView } from "../../contracts/api.ts";
import { blockedWords } from "../words/blocked.ts";

/** Why the job does not move yet; nothing waits in silence. */
export function Waiting({ job }: { job: JobView }) {
  const reason = job.blocked_reason;
  if (reason === null) {
    return (
      <section class="panel" aria-live="polite">
        <h2>{job.status === "pending" ? "In the queue" : "Waiting for the video"}</h2>
        <p>
          {job.status === "pending"
            ? "A worker takes it in a moment."
            : "It is being sent from another page or program."}
        </p>
      </section>
    );
  }

  const { title, advice } = blockedWords(reason);
  return (
    <section class="panel waiting" aria-live="polite" data-code={reason.code}>
      <h2>{title}</h2>
      <p>{reason.message}</p>
      {advice !== undefined && <p>{advice}</p>}
      {reason.queue_id !== undefined && (
        <dl class="facts">
          <dt>This system's queue</dt>
          <dd>
            <code>{reason.queue_id}</code>
          </dd>
          {reason.worker_queue_ids?.map((queueId) => (
            <>
              <dt>A worker listens to</dt>
              <dd>
                <code>{queueId}</code>
              </dd>
            </>
          ))}
        </dl>
      )}
      {reason.until !== undefined && (
        <p class="quiet">
          Until{" "}
          <time dateTime={reason.until}>{new Date(reason.until).toLocaleTimeString("en")}</time>
        </p>
      )}
      <p class="quiet">
        <code>{reason.code}</code>
      </p>
    </section>
  );
}
