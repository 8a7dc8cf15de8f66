import type { PacketTable } from "../probe/packet-table.ts";

/** Finds for each decoded frame the packet that promised it. */
export interface Places {
  /**
   * The position of the first entry of this time that is still free, or of the next one where its time has been moved;
   * undefined where nothing promised it.
   */
  readonly take: (pts: number) => number | undefined;
  /** The furthest position that was taken; -1 before the first. */
  readonly last: number;
  /** Ticks by which the decoder's times are later than the table's. */
  readonly shift: number;
}

/** Frames come in the table's order; where time starts anew, the stretch that is being decoded is asked first. */
export function placesOf({ pts, resets, counted }: PacketTable): Places {
  const taken = new Uint8Array(pts.length);
  const starts = [0, ...resets, pts.length];
  let [stretch, last] = [0, -1];
  let shift: number | undefined;

  function freeIn(start: number, end: number, time: number): number | undefined {
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pts[middle]! < time) low = middle + 1;
      else high = middle;
    }
    for (; low < end && pts[low] === time; low++) if (taken[low] === 0) return low;
    return undefined;
  }

  /** Where a container gives two frames one time, or the last one none, ffmpeg moves it on by a little. */
  function movedOn(time: number): number | undefined {
    const [next, end] = [last + 1, starts[stretch + 1]!];
    const isLate = next < end && pts[next]! < time && taken[next] === 0;
    return isLate && (next + 1 === end || time < pts[next + 1]!) ? next : undefined;
  }

  function taking(place: number, index: number): number {
    [stretch, last] = [index, Math.max(last, place)];
    taken[place] = 1;
    return place;
  }

  return {
    take(told) {
      shift ??= counted ? told - (pts[0] ?? told) : 0;
      for (let index = stretch; index + 1 < starts.length; index++) {
        const place = freeIn(starts[index]!, starts[index + 1]!, told - shift);
        if (place !== undefined) return taking(place, index);
      }
      const next = movedOn(told - shift);
      return next === undefined ? undefined : taking(next, stretch);
    },
    get shift() {
      return shift ?? 0;
    },
    get last() {
      return last;
    },
  };
}
