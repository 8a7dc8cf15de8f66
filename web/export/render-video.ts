import {
  BlobSource,
  Conversion,
  getFirstEncodableVideoCodec,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
  StreamTarget,
  WEBM,
} from "mediabunny";
import type { StreamTargetChunk, VideoSample } from "mediabunny";
import { ApiProblem } from "../api/client.ts";
import type { BoxStyle } from "../player/draw-boxes.ts";
import { drawBoxes } from "../player/draw-boxes.ts";
import type { Filter } from "../player/filter.ts";
import { frameAt } from "../player/frame-clock.ts";
import { offsetOf } from "../player/playback.ts";
import type { Session } from "../player/session.ts";

interface Asked {
  /** The video as the player has it. */
  readonly video: Blob;
  readonly session: Session;
  readonly filter: Filter;
  readonly style: BoxStyle;
  readonly signal: AbortSignal;
  /** Hears what part is done, 0–1. */
  readonly onProgress: (fraction: number) => void;
}

/** Containers that browsers play. */
const formats = [MP4, QTFF, WEBM];

/** What players play best comes first. */
const codecs = ["avc", "vp9", "av1", "vp8"] as const;

/** Pixels of a picture's width at which boxes and labels are drawn as large as on the page. */
const pageWidth = 960;

/** An MP4 of the video with its boxes drawn in: each picture at its own time, the sound as it is. */
export async function renderVideo(asked: Asked): Promise<Blob> {
  const { video, signal, onProgress } = asked;
  using input = new Input({ source: new BlobSource(video), formats });
  const track = await input.getPrimaryVideoTrack();
  if (track === null || !(await track.canDecode())) {
    throw impossible("It does not read this video picture by picture.");
  }
  // Encoders of 4:2:0 take even sizes only.
  const even = (pixels: number) => Math.max(2, pixels - (pixels % 2));
  const size = {
    width: even(await track.getDisplayWidth()),
    height: even(await track.getDisplayHeight()),
  };
  const codec = await getFirstEncodableVideoCodec([...codecs], size);
  if (codec === null) throw impossible("It writes no videos of this size.");

  const file = growingFile();
  const conversion = await Conversion.init({
    input,
    output: new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: new StreamTarget(file.writable, { chunked: true }),
    }),
    tracks: "primary",
    // Times stay those of the video.
    trim: { start: 0 },
    video: {
      codec,
      ...size,
      fit: "fill",
      forceTranscode: true,
      allowTransformationMetadata: false,
      process: painter(asked, size),
    },
    showWarnings: false,
  });
  conversion.onProgress = onProgress;
  signal.throwIfAborted();
  const stop = () => void conversion.cancel();
  signal.addEventListener("abort", stop);
  try {
    await conversion.execute();
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  return new Blob([file.content()], { type: "video/mp4" });
}

const impossible = (detail: string) =>
  new ApiProblem({
    code: "VIDEO_NOT_RENDERED",
    status: 0,
    title: "This browser cannot make the video",
    detail,
    hint: "Try it in a current Chrome or Edge.",
  });

/** Draws a picture and the boxes of its frame on one canvas. */
function painter(
  { session, filter, style }: Asked,
  { width, height }: { readonly width: number; readonly height: number },
): (sample: VideoSample) => OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false })!;
  const scale = Math.max(1, width / pageWidth);
  const target = { x: 0, y: 0, width: width / scale, height: height / scale };
  const { table, clock, manifest } = session;
  let offset: number | undefined;

  return (sample) => {
    offset ??= offsetOf(session, sample.timestamp) ?? session.offset.value;
    context.setTransform(1, 0, 0, 1, 0, 0);
    sample.draw(context, 0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    drawBoxes(context, {
      table: table.value,
      frame: frameAt(clock.value, sample.timestamp - offset),
      filter,
      style,
      classes: manifest.model.classes,
      source: manifest.video,
      target,
    });
    return canvas;
  };
}

/** A file that is written at any place; its bytes lie in blobs, outside of the page's memory. */
function growingFile() {
  let content = new Blob();
  return {
    content: () => content,
    writable: new WritableStream<StreamTargetChunk>({
      write({ data, position }) {
        const behind = content.slice(position + data.byteLength);
        content = new Blob([content.slice(0, position), data, behind]);
      },
    }),
  };
}
