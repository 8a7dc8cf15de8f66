import type { artifactNames as contract } from "../../contracts/artifact.ts";

/** The contract's names; spelled again because its file brings its schemas, and zod with them, into the page. */
export const artifactNames: typeof contract = {
  manifest: "manifest.json",
  detections: "detections.ndjson.gz",
  timeline: "timeline.json",
  poster: "poster.jpg",
  preview: "preview.mp4",
  sprite: "sprite.jpg",
  thumbnails: "thumbnails.vtt",
};
