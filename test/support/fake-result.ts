import { gzipSync } from "node:zlib";
import {
  artifactNames,
  ResultManifest,
  Timeline,
  type Playback,
  type VideoFacts,
} from "../../contracts/artifact.ts";
import { FrameDetections } from "../../contracts/detection.ts";
import type { FakeResult } from "./fake-api.ts";

interface Facts {
  readonly jobId: string;
  readonly filename: string;
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  readonly averageFrameRate: number;
  readonly classes: readonly string[];
  readonly frames: readonly FrameDetections[];
  readonly playback?: Playback;
  /** What is known of the video beyond that. */
  readonly video?: VideoFacts;
}

const scoreShown = 0.4;

/** The files that a worker would publish for these detections, each checked against its schema. */
export function fakeResult(facts: Facts, bins = 100): FakeResult {
  const { frames, classes, durationSeconds } = facts;
  const counted = classes.map((label, class_id) => {
    const own = frames.map(({ detections }) =>
      detections.filter((d) => d.class_id === class_id && d.score >= scoreShown),
    );
    return {
      class_id,
      label,
      detections: own.reduce((sum, list) => sum + list.length, 0),
      frames: own.filter((list) => list.length > 0).length,
      tracks: new Set(own.flat().map(({ track_id }) => track_id)).size,
      score_max: Math.max(0, ...own.flat().map(({ score }) => score)),
    };
  });
  const summary = {
    completeness: "complete" as const,
    gaps: [],
    frames_analysed: frames.length,
    score_shown: scoreShown,
    detections_stored: frames.reduce((sum, { detections }) => sum + detections.length, 0),
    detections: counted.reduce((sum, { detections }) => sum + detections, 0),
    tracks: counted.reduce((sum, { tracks }) => sum + tracks, 0),
    classes: counted.filter(({ detections }) => detections > 0),
    seconds: 11.4,
    frames_per_second: frames.length / 11.4,
  };

  const binSeconds = durationSeconds / bins;
  const timeline = Timeline.parse({
    schema: "framequeue.timeline/1",
    start: 0,
    bin_seconds: binSeconds,
    bins,
    score_buckets: 20,
    classes: summary.classes.map(({ class_id, label }) => {
      const counts = Array.from({ length: bins * 20 }, () => 0);
      for (const { t, detections } of frames) {
        const bin = Math.min(bins - 1, Math.max(0, Math.floor(t / binSeconds)));
        for (const { class_id: id, score } of detections) {
          if (id === class_id) counts[bin * 20 + Math.min(19, Math.floor(score * 20))]!++;
        }
      }
      return { class_id, label, counts };
    }),
  });

  const manifest = ResultManifest.parse({
    schema: "framequeue.result/1",
    job_id: facts.jobId,
    run: 1,
    fence: 1,
    filename: facts.filename,
    source: { key: `uploads/${facts.jobId}/source`, etag: "e", size_bytes: 1 },
    pipeline_id: "pitch",
    model: {
      name: "pitch",
      version: "1",
      sha256: "0".repeat(64),
      licence: "Apache-2.0",
      classes: [...classes],
    },
    settings: {
      score_min: 0.05,
      score_shown: 0.35,
      classes: null,
      sampling: { mode: "every" },
      time_range: null,
      tracker: "sort",
    },
    video: {
      container: "mov,mp4",
      codec: "h264",
      pixel_format: "yuv420p",
      width: facts.width,
      height: facts.height,
      rotation: 0,
      mirrored: false,
      pixel_aspect_ratio: 1,
      interlaced: false,
      colour: { range: null, matrix: null, primaries: null, transfer: null },
      dynamic_range: "standard",
      time_base: [1, 90_000],
      start_time: 0,
      duration_seconds: durationSeconds,
      average_frame_rate: facts.averageFrameRate,
      variable_frame_rate: false,
      has_audio: false,
      packets: frames.length,
      frames_decoded: frames.length,
      ...facts.video,
    },
    playback: facts.playback,
    engine: {
      framequeue: "0.1.0",
      ffmpeg: "n7.1",
      ffprobe: "n7.1",
      onnxruntime: "1.30.0",
      provider: "cpu",
      precision: "float32",
      batch_size: 1,
      model_sha256: "0".repeat(64),
      fingerprint: "0".repeat(64),
    },
    worker_id: "worker-1",
    summary,
    first_pts: frames[0]?.pts ?? 0,
    last_pts: frames.at(-1)?.pts ?? 0,
    artifacts: [],
    created_at: new Date().toISOString(),
  });

  const lines = frames.map((frame) => JSON.stringify(FrameDetections.parse(frame))).join("\n");
  const json = (value: unknown) => ({
    body: Buffer.from(JSON.stringify(value)),
    contentType: "application/json",
  });
  return {
    manifest,
    files: new Map([
      [artifactNames.manifest, json(manifest)],
      [artifactNames.timeline, json(timeline)],
      [artifactNames.detections, { body: gzipSync(`${lines}\n`), contentType: "application/gzip" }],
    ]),
  };
}
