import type { FrameDetections } from "../../contracts/detection.ts";
import { DetectionTableBuilder } from "./detection-table.ts";
import type { DetectionTable } from "./detection-table.ts";

/** Unpacks gzip, and passes on what the browser has unpacked already because of a Content-Encoding header. */
async function unpacked(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const reader = bytes.getReader();
  const { value: head, done } = await reader.read();
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => (head ? controller.enqueue(head) : undefined),
    pull: async (controller) => {
      const next = done ? { done, value: undefined } : await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isGzip = head?.[0] === 0x1f && head[1] === 0x8b;
  return isGzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** The frames of detections.ndjson(.gz) as they arrive, several at a time. */
export async function* framesIn(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<readonly FrameDetections[]> {
  const reader = (await unpacked(bytes)).pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      yield lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FrameDetections);
      if (done) return;
    }
  } finally {
    // Who stops reading stops the transfer.
    await reader.cancel();
  }
}

/**
 * Reads detections.ndjson(.gz) as it arrives. `onFrames` sees the table grow, so that the first boxes are drawn
 * long before the last ones are here.
 */
export async function readDetections(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onFrames: (table: DetectionTable) => void = () => {},
): Promise<DetectionTable> {
  const builder = new DetectionTableBuilder();
  for await (const frames of framesIn(bytes)) {
    for (const frame of frames) builder.add(frame);
    onFrames(builder.table());
  }
  return builder.table();
}
