import type { JobView } from "../../contracts/api.ts";
import type { ResultManifest } from "../../contracts/artifact.ts";
import { framesChosen } from "./frames-chosen.ts";
import { pictureNotes } from "./picture-notes.ts";
import { clock, count, span } from "../words/format.ts";

/** What was analysed, by what, and whether anything is missing. */
export function ResultFacts({ job, manifest }: { job: JobView; manifest: ResultManifest }) {
  const { summary, settings, video, playback, model, engine } = manifest;
  const rate = video.average_frame_rate;
  const notes = pictureNotes(video).join(", ");
  const chosen = framesChosen(settings);
  return (
    <section class="panel" aria-labelledby="facts-title">
      <h2 id="facts-title">Result</h2>
      {summary.completeness === "partial" && (
        <div class="notice notice-warn">
          <p class="notice-title">Part of the video is missing from this result</p>
          <ul>
            {summary.gaps.map(({ start, end, reason }) => (
              <li key={start}>
                {clock(start)} to {clock(end)}: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
      <dl class="facts">
        <dt>Found</dt>
        <dd>
          {count(summary.detections)} detections
          {summary.tracks !== undefined && `, ${count(summary.tracks)} tracks`}
          <span class="quiet"> from {summary.score_shown.toFixed(2)} on</span>
        </dd>
        <dt>Frames</dt>
        <dd>
          {count(summary.frames_analysed)} in {span(summary.seconds)}
          <span class="quiet"> ({summary.frames_per_second.toFixed(1)} a second)</span>
        </dd>
        {chosen !== "" && (
          <>
            <dt>Chosen</dt>
            <dd>{chosen}</dd>
          </>
        )}
        <dt>Video</dt>
        <dd>
          {video.width} × {video.height}, {video.codec}
          {rate !== null && `, ${Number(rate.toFixed(2))} fps`}
          {video.variable_frame_rate && " (variable)"}
          {notes !== "" && <span class="quiet">, {notes}</span>}
        </dd>
        {playback?.preview_needed && (
          <>
            <dt>Shown</dt>
            <dd>
              {playback.preview_start === null ? "the video itself" : "a preview"}
              <span class="quiet">
                {" "}
                {[playback.preview_needed, playback.preview_missing].filter(Boolean).join(" ")}
              </span>
            </dd>
          </>
        )}
        <dt>Model</dt>
        <dd>
          {model.name} {model.version}
        </dd>
        <dt>Ran on</dt>
        <dd>
          {engine.provider}, {engine.precision}
          {job.attempts.used > 1 && <span class="quiet">, attempt {job.attempts.used}</span>}
        </dd>
      </dl>
    </section>
  );
}
