import type { ModelManifest } from "../../../contracts/model.ts";
import { boxes } from "./boxes.ts";
import { BadOutput, type Decoder } from "./decoder.ts";
import { detr } from "./detr.ts";
import { nanodet } from "./nanodet.ts";
import { rows } from "./rows.ts";
import { scrfd } from "./scrfd.ts";
import { yoloV5 } from "./yolo-v5.ts";
import { yoloV8 } from "./yolo-v8.ts";
import { yolox } from "./yolox.ts";
import { yunet } from "./yunet.ts";

/** The decoder that a manifest names, made for its input and its classes. */
export function decoderFor({ input, output, classes: { length } }: ModelManifest): Decoder {
  switch (output.decoder) {
    case "yolox":
      return yolox(output, input, length);
    case "yolo-v8":
      return yoloV8(output, input, length);
    case "yolo-v5":
      return yoloV5(output, input, length);
    case "rows":
      return rows(output, input, length);
    case "boxes":
      return boxes(output, input, length);
    case "detr":
      return detr(output, input, length);
    case "nanodet":
      return nanodet(output, input, length);
    case "yunet":
      return yunet(output, input);
    case "scrfd":
      return scrfd(output, input);
    default:
      throw new BadOutput(`There is no decoder "${(output as { decoder: string }).decoder}".`);
  }
}
