import type { JobView } from "../../contracts/api.ts";
import { eventWords } from "../words/status.ts";

const timeOf = (at: string) =>
  new Date(at).toLocaleString("en", {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });

/** Everything that happened to the job, newest first. */
export function JobHistory({ job, open = false }: { job: JobView; open?: boolean }) {
  return (
    <details class="panel history" open={open}>
      <summary>
        <h2>History</h2>
      </summary>
      <ol class="events">
        {job.history.toReversed().map((entry) => (
          <li key={`${entry.at} ${entry.event} ${entry.fence}`} data-event={entry.event}>
            <time class="quiet" dateTime={entry.at}>
              {timeOf(entry.at)}
            </time>
            <div>
              <p>
                {eventWords[entry.event]}
                {entry.segment !== undefined && (
                  <span class="quiet"> · segment {entry.segment}</span>
                )}
                {entry.run > 1 && <span class="quiet"> · run {entry.run}</span>}
                {entry.code !== null && (
                  <>
                    {" "}
                    <code>{entry.code}</code>
                  </>
                )}
              </p>
              {entry.message !== null && <p class="quiet">{entry.message}</p>}
              {entry.worker_id !== null && (
                <p class="quiet">
                  <code>{entry.worker_id}</code>
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
      <p class="quiet">
        Job <code>{job.job_id}</code>
      </p>
    </details>
  );
}
