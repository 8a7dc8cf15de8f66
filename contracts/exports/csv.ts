import type { ResultManifest } from "../artifact.ts";
import type { Frames } from "./export-format.ts";

const header = [
  "job_id",
  "frame_index",
  "pts",
  "time_seconds",
  "class_id",
  "label",
  "score",
  "track_id",
  "x1",
  "y1",
  "x2",
  "y2",
];

/**
 * One row per detection, after RFC 4180: commas, CRLF, quotes where a value needs them. Boxes in pixels; `track_id` is
 * empty where there is none.
 */
export async function* csvText({ job_id }: ResultManifest, frames: Frames): AsyncGenerator<string> {
  yield row(header);
  for await (const { frame_index, pts, t, detections } of frames) {
    let rows = "";
    for (const { class_id, label, score, track_id, box } of detections) {
      rows += row([job_id, frame_index, pts, t, class_id, label, score, track_id ?? "", ...box]);
    }
    if (rows !== "") yield rows;
  }
}

const row = (values: readonly (string | number)[]): string => `${values.map(field).join(",")}\r\n`;

const field = (value: string | number): string =>
  /[",\r\n]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
