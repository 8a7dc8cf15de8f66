import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JobView } from "../../contracts/api.ts";
import { JobHistory } from "../job/job-history.tsx";
import { rememberView, route } from "../location.ts";
import type { View } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { TimelineLanes } from "../timeline/timeline-lanes.tsx";
import { Controls } from "./controls.tsx";
import { Downloads } from "./downloads.tsx";
import { ExportPanel } from "../export/export-panel.tsx";
import { ObjectsPanel } from "../objects/objects-panel.tsx";
import { ResultFacts } from "./result-facts.tsx";
import { Screen } from "./screen.tsx";
import { ScoreFilter } from "./score-filter.tsx";
import { defaultFilter, filterOf, openSession } from "./session.ts";
import type { Session } from "./session.ts";
import { seekTime } from "./frame-clock.ts";
import { seek } from "./playback.ts";

/** What the address asks to see of the job. */
function viewOf(jobId: string): View {
  const here = route.peek();
  return here.name === "job" && here.jobId === jobId ? here.view : {};
}

/** A time that leads back to the very picture: the middle of its frame, which no rounding moves to a neighbour. */
function placeOf({ frame, clock, time }: Session): number | undefined {
  if (frame.value > 0) return seekTime(clock.value, frame.value);
  return time.value > 0 ? time.value : undefined;
}

/** Writes what is looked at into the address, and follows an address that somebody changes. */
function keepAddress(session: Session): () => void {
  const { jobId, filter, followed, playing, manifest } = session;
  const usual = defaultFilter(manifest);
  const { classes } = manifest.model;

  const stopWriting = effect(() => {
    const { scoreMin, hidden } = filter.value;
    // While it plays, the address would only flicker.
    if (playing.value) return undefined;
    const view = {
      t: placeOf(session),
      score: scoreMin === usual.scoreMin ? undefined : scoreMin,
      classes: hidden.size === 0 ? undefined : classes.filter((_, id) => !hidden.has(id)),
      track: followed.value || undefined,
    };
    const timer = setTimeout(() => rememberView(jobId, view), 250);
    return () => clearTimeout(timer);
  });
  let first = true;
  const stopReading = route.subscribe(() => {
    const isOwn = first;
    first = false;
    if (isOwn || route.peek().name !== "job") return;
    const view = viewOf(jobId);
    filter.value = filterOf(view, manifest);
    followed.value = view.track ?? 0;
    if (view.t !== undefined) seek(session, view.t);
  });
  return () => {
    stopWriting();
    stopReading();
  };
}

/** The video with its boxes, the timeline under it, and what can be asked of both. */
export function ResultView({ job }: { job: JobView }) {
  const session = useSignal<Session | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const stage = useRef<HTMLElement>(null);

  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    void (async () => {
      try {
        session.value = await openSession(job.job_id, viewOf(job.job_id), abort.signal);
        if (!abort.signal.aborted) stop = keepAddress(session.value);
      } catch (error) {
        if (!abort.signal.aborted) fault.value = error;
      }
    })();
    return () => {
      abort.abort();
      stop();
    };
  }, [job.job_id, job.run]);

  const { value } = session;
  if (fault.value !== undefined) return <Notice error={fault.value} />;
  if (value === undefined) return <p class="quiet">Opening the result…</p>;

  const fullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void stage.current?.requestFullscreen();
  };
  return (
    <div class="result">
      <section class="stage" ref={stage} aria-label="Video and detections">
        <Screen session={value} startAt={viewOf(job.job_id).t} />
        <Controls session={value} onFullScreen={fullScreen} />
        {value.fault.value !== undefined && <Notice error={value.fault.value} />}
        <TimelineLanes session={value} />
      </section>
      <div class="result-side">
        <ScoreFilter session={value} />
        <ObjectsPanel session={value} />
      </div>
      <div class="result-under">
        <ResultFacts job={job} manifest={value.manifest} />
        <div class="result-files">
          <Downloads files={value.files} />
          <ExportPanel session={value} />
        </div>
        <JobHistory job={job} />
      </div>
    </div>
  );
}
