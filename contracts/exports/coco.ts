import type { ResultManifest } from "../artifact.ts";
import type { Frames } from "./export-format.ts";
import { leftTopSize, rounded } from "./measures.ts";
import { frameName } from "./names.ts";

/**
 * COCO's object detection (cocodataset.org/#format-data): an image for each analysed frame, with or without objects, and
 * an annotation for each detection, its box as left, top, width and height in pixels. Ids of images are the frame's index
 * + 1 and those of categories the class + 1, since many readers take 0 for none. Beyond COCO are `score` and `track_id`
 * of an annotation, `frame_index` and `timestamp` (seconds) of an image. Annotations come first, so that only the frames'
 * numbers are kept meanwhile.
 */
export async function* cocoText(
  { filename, created_at, engine, model, video }: ResultManifest,
  frames: Frames,
): AsyncGenerator<string> {
  const info = {
    description: filename,
    version: "1.0",
    year: Number(created_at.slice(0, 4)),
    contributor: `framequeue ${engine.framequeue}, model ${model.name} ${model.version}`,
    date_created: created_at,
  };
  const categories = model.classes.map((name, id) => ({ id: id + 1, name, supercategory: "" }));
  yield `{"info":${JSON.stringify(info)},"licenses":[],\n"categories":${JSON.stringify(categories)},\n"annotations":[`;

  const seen: { frame_index: number; timestamp: number }[] = [];
  let annotations = 0;
  for await (const { frame_index, t, detections } of frames) {
    seen.push({ frame_index, timestamp: t });
    for (const { class_id, score, box, track_id } of detections) {
      const bbox = leftTopSize(box);
      const annotation = {
        id: ++annotations,
        image_id: frame_index + 1,
        category_id: class_id + 1,
        bbox,
        area: rounded(bbox[2] * bbox[3], 2),
        iscrowd: 0,
        segmentation: [],
        score,
        track_id,
      };
      yield `${annotations > 1 ? "," : ""}\n${JSON.stringify(annotation)}`;
    }
  }

  yield `],\n"images":[`;
  const { width, height } = video;
  for (const [at, { frame_index, timestamp }] of seen.entries()) {
    const file_name = `${frameName(frame_index)}.jpg`;
    const image = { id: frame_index + 1, file_name, width, height, frame_index, timestamp };
    yield `${at > 0 ? "," : ""}\n${JSON.stringify(image)}`;
  }
  yield "]}\n";
}
