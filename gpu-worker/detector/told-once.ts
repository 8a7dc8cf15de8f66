import type { Floors } from "./decoders/decoder.ts";
import type { ModelFrame } from "./fit/frame-memory.ts";
import type { ThreadRequest } from "./thread-messages.ts";

/** What is asked of a detector thread: detections of up to a batch of frames, in shared memory. */
export interface DetectRequest {
  readonly frames: readonly ModelFrame[];
  readonly floors: Floors;
}

/** Memory that a thread keeps in mind at once: more than a pool has. */
const framesMax = 1024;

/**
 * Tells a thread of frames and floors once and calls them by number from then on: each message that carries shared
 * memory makes an object of its whole size there, and collecting those cost half a millisecond a frame.
 */
export function toldOnce(): (request: DetectRequest) => ThreadRequest {
  const numbers = new Map<ModelFrame, number>();
  let floorsTold: Floors | undefined;

  return ({ frames, floors }) => {
    const anew = floors !== floorsTold || numbers.size > framesMax;
    if (anew) numbers.clear();
    floorsTold = floors;
    const added = frames.filter((frame) => !numbers.has(frame));
    for (const frame of added) numbers.set(frame, numbers.size);
    return {
      frames: frames.map((frame) => numbers.get(frame)!),
      ...(anew && { floors }),
      ...(added.length > 0 && { added }),
    };
  };
}

/** The thread's side: the request as it was before. */
export function remembered(): (request: ThreadRequest) => DetectRequest {
  let known: ModelFrame[] = [];
  let floors: Floors | undefined;

  return (request) => {
    if (request.floors) [floors, known] = [request.floors, []];
    known.push(...(request.added ?? []));
    return { frames: request.frames.map((number) => known[number]!), floors: floors! };
  };
}
