import { limits } from "../../../contracts/limits.ts";
import { bounded } from "../../ffmpeg/bounded.ts";
import type { Program } from "../../ffmpeg/child.ts";
import { hardened, input, pixelsBounded } from "../../ffmpeg/input.ts";
import { run } from "../../ffmpeg/run.ts";
import type { ProbeContext } from "./context.ts";
import type { Stream } from "./streams.ts";

/** Enough that a picture is among them where a recording begins in mid-stream. */
const packetsRead = 50;

/**
 * Which field of a frame was taken first, or undefined for a video that is not interlaced. The first frames say it: of
 * the containers' four values two mean one thing by their definition and another where ffmpeg wrote them.
 */
export async function firstFieldOf(
  { index, field_order = "" }: Stream,
  ffprobe: Program,
  { folder, signal }: ProbeContext,
): Promise<"top" | "bottom" | undefined> {
  if (!/^(tt|bb|tb|bt)$/.test(field_order)) return undefined;

  const some = ["-select_streams", String(index), "-read_intervals", `%+#${packetsRead}`];
  const show = ["-show_entries", "frame=interlaced_frame,top_field_first", "-of", "csv=p=0"];
  const { stdout } = await run(
    bounded(ffprobe, {
      dataBytes: limits.probeDataBytesMax,
      processorSeconds: limits.probeProcessorSeconds,
    }),
    ["-v", "error", ...hardened, ...pixelsBounded, ...some, ...show, ...input],
    { cwd: folder, seconds: limits.probeSeconds, linesMax: limits.probeLinesMax, signal },
  );
  const first = /^1,([01])/m.exec(stdout)?.[1] ?? (field_order.startsWith("t") ? "1" : "0");
  return first === "1" ? "top" : "bottom";
}
