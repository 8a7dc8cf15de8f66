import { computed, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ResultManifest, Timeline } from "../../contracts/artifact.ts";
import type { View } from "../route.ts";
import { artifactNames } from "./artifact-names.ts";
import type { BoxStyle } from "./draw-boxes.ts";
import { DetectionTableBuilder } from "./detection-table.ts";
import type { DetectionTable } from "./detection-table.ts";
import { onScale } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { frameClock } from "./frame-clock.ts";
import type { FrameClock } from "./frame-clock.ts";
import { readDetections } from "./read-detections.ts";
import { openResult } from "./result-files.ts";
import type { ResultFiles } from "./result-files.ts";

/** A result that somebody looks at: what it holds, and what of it is on the screen. */
export interface Session {
  readonly jobId: string;
  readonly files: ResultFiles;
  readonly manifest: ResultManifest;
  readonly timeline: Timeline;
  readonly durationSeconds: number;
  /** Where on the results' timeline the preview begins, if that is what is played. */
  readonly previewStart: number | undefined;

  readonly table: Signal<DetectionTable>;
  readonly clock: ReadonlySignal<FrameClock>;
  /** Whether every detection is here. */
  readonly complete: Signal<boolean>;
  readonly fault: Signal<unknown>;

  readonly filter: Signal<Filter>;
  readonly overlay: Signal<boolean>;
  readonly labels: Signal<boolean>;
  readonly faint: Signal<boolean>;
  /** The track that stands out, 0 for none. */
  readonly followed: Signal<number>;
  /** The row of `table` that somebody points at, −1 for none. */
  readonly pointed: Signal<number>;

  readonly video: Signal<HTMLVideoElement | null>;
  readonly playing: Signal<boolean>;
  /** Seconds on the results' timeline of the picture on the screen. */
  readonly time: Signal<number>;
  /** Position in `table` of the picture on the screen, −1 for none. */
  readonly frame: Signal<number>;
  /** What the player's times are ahead of the results' times. */
  readonly offset: Signal<number>;
}

/** The filter that the pipeline asks for. */
export const defaultFilter = ({ settings }: ResultManifest): Filter => ({
  scoreMin: onScale(settings.score_shown),
  hidden: new Set(),
});

/** The filter of a link. */
export function filterOf(view: View, manifest: ResultManifest): Filter {
  const usual = defaultFilter(manifest);
  const { classes } = manifest.model;
  return {
    scoreMin: view.score === undefined ? usual.scoreMin : onScale(view.score),
    hidden:
      view.classes === undefined
        ? usual.hidden
        : new Set([...classes.keys()].filter((id) => !view.classes!.includes(classes[id]!))),
  };
}

/** How the boxes are to be drawn. */
export const styleOf = ({ labels, faint, followed }: Session): BoxStyle => ({
  labels: labels.value,
  faint: faint.value,
  followed: followed.value,
});

/** Opens a result; it is there as soon as manifest and timeline are, the detections follow. */
export async function openSession(jobId: string, view: View, abort: AbortSignal): Promise<Session> {
  const files = await openResult(jobId, abort);
  const [manifest, timeline] = await Promise.all([
    files
      .read(artifactNames.manifest, abort)
      .then((answer) => answer.json() as Promise<ResultManifest>),
    files.read(artifactNames.timeline, abort).then((answer) => answer.json() as Promise<Timeline>),
  ]);

  const table = signal(new DetectionTableBuilder().table());
  const previewStart = files.has(artifactNames.preview)
    ? (manifest.playback?.preview_start ?? 0)
    : undefined;
  const session: Session = {
    jobId,
    files,
    manifest,
    timeline,
    durationSeconds: Math.max(
      0.001,
      manifest.video.duration_seconds ?? 0,
      timeline.start + timeline.bins * timeline.bin_seconds,
    ),
    previewStart,
    table,
    clock: computed(() => frameClock(table.value.t, manifest.video.average_frame_rate)),
    complete: signal(false),
    fault: signal(undefined),
    filter: signal(filterOf(view, manifest)),
    overlay: signal(true),
    labels: signal(true),
    faint: signal(false),
    followed: signal(view.track ?? 0),
    pointed: signal(-1),
    video: signal(null),
    playing: signal(false),
    time: signal(view.t ?? 0),
    frame: signal(-1),
    offset: signal(-(previewStart ?? 0)),
  };
  void fill(session, abort);
  return session;
}

async function fill({ files, table, complete, fault }: Session, abort: AbortSignal): Promise<void> {
  try {
    const { body } = await files.read(artifactNames.detections, abort);
    let shownAt = 0;
    table.value = await readDetections(body!, (growing) => {
      if (performance.now() - shownAt < 250) return;
      shownAt = performance.now();
      table.value = growing;
    });
    complete.value = true;
  } catch (error) {
    if (!abort.aborted) fault.value = error;
  }
}
