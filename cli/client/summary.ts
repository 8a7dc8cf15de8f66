import type { JobView, ResultsView } from "../../contracts/api.ts";
import { formatBytes, formatCount, formatSeconds } from "./format.ts";

interface SummaryOptions {
  readonly results?: ResultsView | undefined;
  /** Address of the page, where it is known. */
  readonly pageUrl?: string | undefined;
  /** How the command is called here. */
  readonly commandName?: string;
}

/** What became of a job that has ended, as lines for a person. */
export function summaryLines(
  job: JobView,
  { results, pageUrl, commandName = "framequeue" }: SummaryOptions = {},
): string[] {
  const page = pageUrl ? [`Page       ${pageUrl.replace(/\/+$/, "")}/#/jobs/${job.job_id}`] : [];
  if (!job.summary) return [...endedLines(job), ...page];

  const { summary } = job;
  const { frames_analysed: frames, seconds, frames_per_second: speed } = summary;
  return [
    `${job.filename}: ${formatCount(frames)} frames in ${formatSeconds(seconds)} (${speed.toFixed(1)} frames/s), ` +
      `${formatCount(summary.detections)} detections from a score of ${summary.score_shown} on`,
    ...gapLines(summary),
    "",
    ...classLines(summary),
    "",
    ...page,
    ...(results ? fileLines(results, commandName) : []),
  ];
}

type Summary = NonNullable<JobView["summary"]>;

function gapLines({ completeness, gaps }: Summary): string[] {
  if (completeness === "complete") return [];
  return [
    "The result is PARTIAL. Missing:",
    ...gaps.map(
      ({ start, end, reason }) => `  ${start.toFixed(2)} s to ${end.toFixed(2)} s: ${reason}`,
    ),
  ];
}

function classLines({ classes, tracks }: Summary): string[] {
  if (classes.length === 0) return ["Nothing was found."];

  const tracked = tracks !== undefined;
  const header = ["class", "detections", "frames", ...(tracked ? ["tracks"] : []), "best score"];
  const rows = classes
    .toSorted((one, other) => other.detections - one.detections)
    .map(({ label, detections, frames, tracks, score_max }) => [
      label,
      formatCount(detections),
      formatCount(frames),
      ...(tracked ? [formatCount(tracks ?? 0)] : []),
      score_max.toFixed(2),
    ]);
  return columns([header, ...rows]);
}

/** Names only: presigned links are half a page each, and are there for programs. */
function fileLines({ job_id, manifest, artifacts }: ResultsView, commandName: string): string[] {
  const files = [manifest, ...artifacts].map(
    ({ name, size_bytes }) => `${name} (${formatBytes(size_bytes)})`,
  );
  return [
    `Files      ${files.join(", ")}`,
    `Save them  ${commandName} jobs get ${job_id} --out DIR`,
    `Links      ${commandName} jobs get ${job_id} --json`,
  ];
}

function endedLines({ job_id, status, error }: JobView): string[] {
  if (!error) return [`Job ${job_id} is ${status}.`];
  return [
    `Job ${job_id} ${status}: ${error.title} (${error.code})`,
    `  ${error.message}`,
    `  ${error.hint}`,
    `  ${error.docs}`,
  ];
}

/** Rows as aligned columns; the first is always to the left. */
export function columns(
  rows: readonly (readonly string[])[],
  others: "left" | "right" = "right",
): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || others === "left"
          ? cell.padEnd(widths[column]!)
          : cell.padStart(widths[column]!),
      )
      .join("   ")
      .trimEnd(),
  );
}
