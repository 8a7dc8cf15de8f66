import type { ResultManifest } from "../artifact.ts";
import type { Frames } from "./export-format.ts";
import { framesInVideo } from "./measures.ts";
import type { Sighting } from "./tracks.ts";
import { tracksOf } from "./tracks.ts";
import { xmlText } from "./xml-text.ts";

/**
 * "CVAT for video 1.1" (docs.cvat.ai, XML annotation format): a track for each object, and one for each detection without
 * a track; frames from 0, boxes as left, top, right and bottom in pixels. CVAT keeps a box until the next one of its track:
 * at the next analysed frame without the object, and behind the last analysed frame, one stands that is outside.
 */
export async function* cvatText(manifest: ResultManifest, frames: Frames): AsyncGenerator<string> {
  const { tracks, lastIndex } = await tracksOf(frames);
  const size = framesInVideo(manifest, lastIndex);
  yield headOf(manifest, size);
  for (const { id, label, sightings } of tracks) {
    const boxes = sightings.map((sighting) => boxesOf(sighting, size)).join("");
    yield `  <track id="${id}" label="${xmlText(label)}" source="auto">\n${boxes}  </track>\n`;
  }
  yield "</annotations>\n";
}

function headOf({ filename, created_at, model, video }: ResultManifest, size: number): string {
  const labels = model.classes.map(
    (name) => `        <label><name>${xmlText(name)}</name><attributes></attributes></label>\n`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <name>${xmlText(filename)}</name>
      <size>${size}</size>
      <mode>interpolation</mode>
      <start_frame>0</start_frame>
      <stop_frame>${Math.max(0, size - 1)}</stop_frame>
      <labels>
${labels.join("")}      </labels>
      <original_size><width>${video.width}</width><height>${video.height}</height></original_size>
      <source>${xmlText(filename)}</source>
    </task>
    <dumped>${created_at}</dumped>
  </meta>
`;
}

function boxesOf({ frameIndex, box, goneAt }: Sighting, size: number): string {
  const seen = boxOf(frameIndex, box, 0);
  // Behind the video's last frame there is nothing to say.
  return goneAt === undefined || goneAt >= size ? seen : seen + boxOf(goneAt, box, 1);
}

function boxOf(frame: number, [xtl, ytl, xbr, ybr]: Sighting["box"], outside: 0 | 1): string {
  const corners = Object.entries({ xtl, ytl, xbr, ybr });
  const sides = corners.map(([side, value]) => `${side}="${value.toFixed(2)}"`).join(" ");
  return `    <box frame="${frame}" keyframe="1" outside="${outside}" occluded="0" ${sides} z_order="0"></box>\n`;
}
