import type { ModelManifest } from "../../../contracts/model.ts";
import { BadOutput, type Decoder } from "./decoder.ts";
import { yoloV8 } from "./yolo-v8.ts";
import { yolox } from "./yolox.ts";

/** The decoder that a manifest names, made for its input and its classes. */
export function decoderFor({ input, output, classes }: ModelManifest): Decoder {
  if (output.decoder === "yolox") return yolox(output, input, classes.length);
  if (output.decoder === "yolo-v8") return yoloV8(output, input, classes.length);
  throw new BadOutput(`There is no decoder "${output.decoder}".`);
}
