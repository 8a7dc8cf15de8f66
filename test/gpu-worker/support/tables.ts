import type { Sampling } from "../../../contracts/pipeline.ts";
import type { Divided } from "../../../gpu-worker/pipeline/cut/divisible.ts";
import { selectionOf, type Selection } from "../../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf, type Clock } from "../../../gpu-worker/pipeline/decode/timeline.ts";
import { packetTable } from "../../../gpu-worker/pipeline/probe/packet-table.ts";

export const tick = { timeBase: [1, 25], startTime: 0 } as const;
const clock: Clock = clockOf(tick);

/** A whole MP4 of so many frames, one tick apart, with a key frame at each of the positions. */
export function videoOf(
  frames: number,
  keys: readonly number[],
  times: (n: number) => number = (n) => n,
): Divided & typeof tick {
  const table = packetTable({ ticksPerSecond: 25, counted: false, hidesPackets: false });
  for (let n = 0; n < frames; n++) {
    const [pts, isKey] = [times(n), keys.includes(n)];
    table.add({ pts, dts: pts, duration: 1, isKey }, false);
  }
  const packets = table.end({ stumbled: false, corrupt: [], endsEarly: false });
  return { container: "mov,mp4,m4a", codec: "h264", firstField: undefined, packets, ...tick };
}

/** What of it is asked for; a range in seconds. */
export const selectionIn = (
  { packets: { pts } }: Divided,
  sampling: Sampling = { mode: "every" },
  range?: { start: number; end: number },
): Selection => selectionOf(sampling, { range, clock, pts });

/** Positions from 0, every `step`. */
export const every = (step: number, frames: number): number[] =>
  Array.from({ length: Math.ceil(frames / step) }, (_, n) => n * step);
