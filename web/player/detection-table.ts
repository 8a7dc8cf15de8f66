import type { FrameDetections } from "../../contracts/detection.ts";

/** Every detection of a video in typed arrays: frame `i` owns the rows `first[i]` to `first[i + 1] − 1`. */
export interface DetectionTable {
  readonly frames: number;
  readonly frameIndex: Uint32Array;
  /** Seconds on the player's timeline, ascending. */
  readonly t: Float64Array;
  readonly first: Uint32Array;
  /** Four pixels per row: x1, y1, x2, y2. */
  readonly box: Float32Array;
  readonly score: Float32Array;
  readonly classId: Uint16Array;
  /** 0 where no track is known. */
  readonly trackId: Uint32Array;
}

type Numbers = Float32Array | Float64Array | Uint16Array | Uint32Array;

function grown<Kind extends Numbers>(array: Kind, length: number): Kind {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => Kind)(
    Math.max(length, array.length * 2),
  );
  larger.set(array);
  return larger;
}

/** Takes frames one after the other; no object is kept per detection, so an hour of video fits into memory. */
export class DetectionTableBuilder {
  #frames = 0;
  #rows = 0;
  #frameIndex = new Uint32Array(1024);
  #t = new Float64Array(1024);
  #first = new Uint32Array(1025);
  #box = new Float32Array(4 * 4096);
  #score = new Float32Array(4096);
  #classId = new Uint16Array(4096);
  #trackId = new Uint32Array(4096);

  add({ frame_index, t, detections }: FrameDetections): void {
    const frame = this.#frames++;
    this.#frameIndex = grown(this.#frameIndex, this.#frames);
    this.#t = grown(this.#t, this.#frames);
    this.#first = grown(this.#first, this.#frames + 1);
    this.#frameIndex[frame] = frame_index;
    this.#t[frame] = t;

    const rows = this.#rows + detections.length;
    this.#box = grown(this.#box, 4 * rows);
    this.#score = grown(this.#score, rows);
    this.#classId = grown(this.#classId, rows);
    this.#trackId = grown(this.#trackId, rows);
    for (const { box, score, class_id, track_id } of detections) {
      const row = this.#rows++;
      this.#box.set(box, 4 * row);
      this.#score[row] = score;
      this.#classId[row] = class_id;
      this.#trackId[row] = track_id ?? 0;
    }
    this.#first[frame + 1] = this.#rows;
  }

  /** What was added so far, as views on the same memory. */
  table(): DetectionTable {
    return {
      frames: this.#frames,
      frameIndex: this.#frameIndex.subarray(0, this.#frames),
      t: this.#t.subarray(0, this.#frames),
      first: this.#first.subarray(0, this.#frames + 1),
      box: this.#box.subarray(0, 4 * this.#rows),
      score: this.#score.subarray(0, this.#rows),
      classId: this.#classId.subarray(0, this.#rows),
      trackId: this.#trackId.subarray(0, this.#rows),
    };
  }
}
