import type { ResultManifest } from "../artifact.ts";
import type { Frames, Piece } from "./export-format.ts";
import { framesInVideo, leftTopSize, rounded } from "./measures.ts";
import { stemOf } from "./names.ts";

/**
 * A tracker's result as MOTChallenge takes it (Milan et al., MOT16, arXiv 1603.00831, section 4.1): `NAME.txt` with
 * `frame,id,left,top,width,height,conf,-1,-1,-1`, and `seqinfo.ini`. Frames, ids and the corner's pixels count from 1
 * there, so frames and corners are one more than ours; ids are our track ids. What has no track is left out.
 */
export async function* motPieces(manifest: ResultManifest, frames: Frames): AsyncGenerator<Piece> {
  const name = stemOf(manifest.filename);
  const path = `${name}.txt`;
  // There even where no track is.
  yield { path, text: "" };
  let lastIndex = -1;
  for await (const { frame_index, detections } of frames) {
    lastIndex = frame_index;
    let text = "";
    for (const { track_id, box, score } of detections) {
      if (track_id === undefined) continue;
      const [left, top, width, height] = leftTopSize(box);
      const corner = [rounded(left + 1, 2), rounded(top + 1, 2)];
      text += `${[frame_index + 1, track_id, ...corner, width, height, score].join(",")},-1,-1,-1\n`;
    }
    if (text !== "") yield { path, text };
  }

  const { width, height, average_frame_rate } = manifest.video;
  const facts = {
    name,
    imDir: "img1",
    // Readers take a whole number.
    frameRate: Math.max(1, Math.round(average_frame_rate ?? 0)),
    seqLength: framesInVideo(manifest, lastIndex),
    imWidth: width,
    imHeight: height,
    imExt: ".jpg",
  };
  const lines = Object.entries(facts).map(([key, value]) => `${key}=${value}\n`);
  yield { path: "seqinfo.ini", text: `[Sequence]\n${lines.join("")}` };
}
