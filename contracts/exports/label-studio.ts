import type { ResultManifest } from "../artifact.ts";
import type { Frames } from "./export-format.ts";
import { framesInVideo, rounded } from "./measures.ts";
import type { SightedTrack, Sighting } from "./tracks.ts";
import { tracksOf } from "./tracks.ts";

/** One task with the regions of VideoRectangle (labelstud.io/tags/videorectangle) as a prediction: nobody has looked at them yet. */
export async function* labelStudioText(
  manifest: ResultManifest,
  frames: Frames,
): AsyncGenerator<string> {
  const { filename, model, video } = manifest;
  const { tracks, lastIndex } = await tracksOf(frames);
  const framesCount = framesInVideo(manifest, lastIndex);
  const data = JSON.stringify({ video: filename });
  const version = JSON.stringify(`${model.name} ${model.version}`);

  yield `[{"data":${data},"predictions":[{"model_version":${version},"result":[`;
  for (const [at, track] of tracks.entries()) {
    const region = regionOf(track, { video, framesCount });
    yield `${at > 0 ? "," : ""}\n${JSON.stringify(region)}`;
  }
  yield "]}]}]\n";
}

function regionOf(
  { id, label, score, sightings }: SightedTrack,
  { video, framesCount }: { video: ResultManifest["video"]; framesCount: number },
) {
  const sequence = sightings.map((sighting) => keyframeOf(sighting, video));
  return {
    id: `track_${id}`,
    type: "videorectangle",
    from_name: "box",
    to_name: "video",
    score,
    value: { framesCount, duration: video.duration_seconds ?? 0, labels: [label], sequence },
  };
}

/**
 * Frames count from 1, `time` is seconds, the box a percentage of the picture. The region is shown between keyframes, and
 * from one that is not `enabled` on no more, but at its own frame: so is the last before the object is gone.
 */
function keyframeOf(
  { frameIndex, t, box: [x1, y1, x2, y2], goneAt }: Sighting,
  { width, height }: ResultManifest["video"],
) {
  const percent = (part: number, whole: number) => rounded((part / whole) * 100, 4);
  return {
    frame: frameIndex + 1,
    time: t,
    x: percent(x1, width),
    y: percent(y1, height),
    width: percent(x2 - x1, width),
    height: percent(y2 - y1, height),
    rotation: 0,
    enabled: goneAt === undefined,
  };
}
