import type { JobStatus } from "../../../contracts/work-row.ts";
import type { Doings } from "./doings.ts";
import type { FakeVideo, Trouble } from "./fake-video.ts";

/** An undisturbed course of things, every call of which is a point at which somebody may die. */
export interface CrashScenario {
  readonly name: string;
  readonly video: FakeVideo;
  readonly doings: Doings;
  readonly trouble?: Trouble;
  /** The first life of the worker that begins has an engine that nobody else has. */
  readonly rareEngine?: boolean;
  /** What happens to the first worker that holds the job, half a second later. */
  readonly holder?: "told to stop" | "frozen past its lease";
  /** How the job may end; absent where it is gone. */
  readonly ends: readonly (JobStatus | "gone")[];
}

const video = (segments: number): FakeVideo => ({
  name: "video0",
  segments,
  steps: 2,
  stepSeconds: 0.6,
  partialAllowed: false,
});
const doings: Doings = { at: 0, via: "api", upload: 0.5, event: true, later: [] };
const completes = ["completed"] as const;

/** The courses that `npm run crash-points` takes apart. */
export const crashScenarios: readonly CrashScenario[] = [
  { name: "one segment", video: video(1), doings, ends: completes },
  { name: "three segments", video: video(3), doings, ends: completes },
  {
    name: "an upload without its event",
    video: video(1),
    doings: { ...doings, event: false },
    ends: completes,
  },
  {
    name: "a file in the inbox",
    video: video(1),
    doings: { ...doings, via: "inbox" },
    ends: completes,
  },
  {
    name: "a cancel while it runs",
    video: video(1),
    doings: { ...doings, later: [{ at: 60, once: "running", does: "cancel" }] },
    ends: ["cancelled", "completed"],
  },
  {
    name: "a cancel while segments are detected",
    video: video(3),
    doings: { ...doings, later: [{ at: 60, once: "detect", does: "cancel" }] },
    ends: ["cancelled", "completed"],
  },
  {
    name: "a retry after a cancel",
    video: video(2),
    doings: {
      ...doings,
      later: [
        { at: 60, once: "running", does: "cancel" },
        { at: 90, once: "ended", does: "retry" },
      ],
    },
    ends: ["completed", "cancelled"],
  },
  { name: "SIGTERM", video: video(1), doings, holder: "told to stop", ends: completes },
  {
    name: "SIGTERM, three segments",
    video: video(3),
    doings,
    holder: "told to stop",
    ends: completes,
  },
  {
    name: "a frozen worker",
    video: video(1),
    doings,
    holder: "frozen past its lease",
    ends: completes,
  },
  {
    name: "a delete while segments are detected",
    video: video(3),
    doings: { ...doings, later: [{ at: 60, once: "detect", does: "delete" }] },
    ends: ["gone"],
  },
  {
    name: "a delete after the end",
    video: video(1),
    doings: { ...doings, later: [{ at: 60, once: "ended", does: "delete" }] },
    ends: ["gone"],
  },
  {
    name: "an attempt that fails",
    video: video(1),
    doings,
    trouble: { is: "retryable", segment: 0, times: 1 },
    ends: completes,
  },
  {
    name: "a segment that cannot be detected, left out",
    video: { ...video(3), partialAllowed: true },
    doings,
    trouble: { is: "permanent", segment: 1 },
    ends: completes,
  },
  {
    name: "a segment that cannot be detected, not left out",
    video: video(3),
    doings,
    trouble: { is: "permanent", segment: 1 },
    ends: ["failed"],
  },
  {
    name: "a segment that kills its workers",
    video: { ...video(2), partialAllowed: true },
    doings,
    trouble: { is: "poison", segment: 1 },
    ends: completes,
  },
  {
    name: "an engine that went away",
    video: video(2),
    doings,
    holder: "told to stop",
    rareEngine: true,
    ends: completes,
  },
];
