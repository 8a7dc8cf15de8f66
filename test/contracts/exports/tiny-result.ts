import { text } from "node:stream/consumers";
import type { ResultManifest } from "../../../contracts/artifact.ts";
import type { FrameDetections } from "../../../contracts/detection.ts";
import type { Piece } from "../../../contracts/exports/export-format.ts";
import { fakeResult } from "../../support/fake-result.ts";

export const classes = ['player "home", away', "ball & <net>"];

const player = { class_id: 0, label: classes[0]! };
const ball = { class_id: 1, label: classes[1]! };

/** Every fifth of 20 frames: two objects that are followed, one that is not, one too weak to be shown, and an empty frame. */
export const frames: FrameDetections[] = [
  {
    frame_index: 0,
    pts: 0,
    t: 0,
    detections: [
      { ...player, score: 0.9, box: [10, 20, 30.1, 60.4], track_id: 2 },
      { ...ball, score: 0.5, box: [100, 50, 110, 60] },
    ],
  },
  {
    frame_index: 5,
    pts: 18_000,
    t: 0.2,
    detections: [
      { ...player, score: 0.8, box: [12, 20, 32, 60], track_id: 2 },
      { ...ball, score: 0.1, box: [0, 0, 200, 100], track_id: 1 },
    ],
  },
  { frame_index: 10, pts: 36_000, t: 0.4, detections: [] },
  {
    frame_index: 15,
    pts: 54_000,
    t: 0.6,
    detections: [{ ...player, score: 0.7, box: [16, 20, 36, 60], track_id: 2 }],
  },
];

/** What is known of them: 200 × 100 pixels, 25 frames a second. */
export const tinyManifest = (changes: Partial<ResultManifest["video"]> = {}): ResultManifest => {
  const { manifest } = fakeResult({
    jobId: "01jc0000000000000000000000",
    filename: 'match, "1" & 2.mp4',
    width: 200,
    height: 100,
    durationSeconds: 0.8,
    averageFrameRate: 25,
    classes,
    frames,
  });
  const video = { ...manifest.video, frames_decoded: 20, packets: 20, ...changes };
  return { ...manifest, video, created_at: "2026-11-28T10:00:00.000Z" };
};

export async function* tinyFrames(): AsyncGenerator<FrameDetections> {
  yield* frames;
}

export const textOf = (pieces: AsyncIterable<string>): Promise<string> => text(pieces);

/** The files of a folder by their path. */
export async function filesOf(pieces: AsyncIterable<Piece>): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { path, text: part } of pieces) files[path] = (files[path] ?? "") + part;
  return files;
}
