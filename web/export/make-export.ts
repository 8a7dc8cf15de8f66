import { stemOf } from "../../contracts/exports/names.ts";
import type { ExportFormat } from "../../contracts/exports/export-format.ts";
import type { ExportName } from "../../contracts/exports/formats.ts";
import { exportFormats } from "../../contracts/exports/formats.ts";
import { artifactNames } from "../player/artifact-names.ts";
import { exportResult } from "./export-result.ts";
import { styleOf } from "../player/session.ts";
import type { Session } from "../player/session.ts";

/** What can be made of what is shown: a file for another program, or the video with its boxes drawn in. */
export type Exported = ExportName | "video";

interface Watched {
  readonly signal: AbortSignal;
  /** Hears what part is done, 0–1. */
  readonly onProgress: (fraction: number) => void;
}

/** Makes it of what the filter shows now. */
export async function makeExport(
  session: Session,
  what: Exported,
  { signal, onProgress }: Watched,
): Promise<{ readonly name: string; readonly content: Blob }> {
  const { files, manifest } = session;
  const filter = session.filter.peek();
  if (what === "video") {
    // Its code is large, and few need it.
    const { renderVideo } = await import("./render-video.ts");
    const video = await (await files.readPlayed(signal)).blob();
    const style = styleOf(session);
    const content = await renderVideo({ video, session, filter, style, signal, onProgress });
    return { name: `${stemOf(manifest.filename)}-boxes.mp4`, content };
  }

  const format: ExportFormat = exportFormats[what];
  const { body } = await files.read(artifactNames.detections, signal);
  const frames = Math.max(1, manifest.summary.frames_analysed);
  return exportResult({
    manifest,
    detections: body!,
    format,
    choice: {
      scoreMin: filter.scoreMin,
      classes: manifest.model.classes.filter((_, id) => !filter.hidden.has(id)),
      tracksOnly: format.tracksOnly,
    },
    onFrames: (count) => onProgress(count / frames),
  });
}
