import { randomUUID } from "node:crypto";
import { frameBytesOf } from "../pixel-layout.ts";
import { pictureBytesOf } from "./decoded-picture.ts";
import {
  fillWithPadding,
  planBytesOf,
  scratchBytesOf,
  writeFitPlan,
  type FitRequest,
} from "./fit-plan.ts";

/** A frame as a detector's thread takes it. */
export interface ModelFrame {
  /** In the layout of the model's input; with `unfitted`, only once that is done. */
  readonly pixels: Uint8Array<SharedArrayBuffer>;
  readonly unfitted?: Unfitted;
}

/** Memory that decoder and detector's threads share. */
export interface FrameMemory {
  /** The same in every thread, where each message brings another object for the same memory. */
  readonly id: string;
  readonly memory: WebAssembly.Memory;
}

/** A decoded picture that is still to be fitted into the model's input, by addresses in its memory. */
export interface Unfitted extends FrameMemory {
  readonly plan: number;
  readonly source: number;
  readonly scratch: number;
}

/** Room for one frame on its way: from ffmpeg into `source`, from there into the model's input. */
export interface FrameSlot {
  readonly source: Uint8Array<SharedArrayBuffer>;
  readonly frame: ModelFrame;
}

const alignment = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
const pageBytes = 65_536;
/** Of WebAssembly: so many pages. */
const memoryBytesMax = 65_536 * pageBytes;
const growth = 1.5;
/** Pairs of neighbours are read whole, also the last one of a picture. */
const slackBytes = 1;

/** Memory of one frame for these pictures and this model. */
export const slotBytesOf = ({ picture, placement, input }: FitRequest): number =>
  aligned(pictureBytesOf(picture) + slackBytes) +
  aligned(frameBytesOf(input)) +
  aligned(scratchBytesOf(placement));

/** So many frames in one piece of memory, which the detector's threads share. */
export function frameSlots(
  frames: number,
  request: FitRequest,
  take: (bytes: number) => FrameMemory = newMemory,
): { readonly memory: FrameMemory; readonly slots: readonly FrameSlot[] } {
  const { picture, placement, input } = request;
  const planBytes = aligned(planBytesOf(placement));
  const slotBytes = slotBytesOf(request);
  const memory = take(planBytes + frames * slotBytes);
  const { buffer } = memory.memory;
  writeFitPlan(buffer, 0, request);

  const slots = Array.from({ length: frames }, (_, position): FrameSlot => {
    const source = planBytes + position * slotBytes;
    const pictureBytes = pictureBytesOf(picture);
    const frame = source + aligned(pictureBytes + slackBytes);
    const scratch = frame + aligned(frameBytesOf(input));
    const pixels = new Uint8Array(buffer, frame, frameBytesOf(input));
    fillWithPadding(pixels, input);
    return {
      source: new Uint8Array(buffer, source, pictureBytes),
      frame: { pixels, unfitted: { ...memory, plan: 0, source, scratch } },
    };
  });
  return { memory, slots };
}

function newMemory(bytes: number): FrameMemory {
  const pages = Math.ceil(bytes / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { id: randomUUID(), memory };
}

/**
 * Keeps the largest memory for all videos that follow: V8 does not see how much a shared one holds, and what is let go stays
 * for as long as nothing else makes it collect. A larger one is larger by half at least, so that all that was let go on the
 * way is less than twice the one that is kept.
 */
export interface FrameMemories {
  readonly take: (bytes: number) => FrameMemory;
  /** Of memory that no thread works on any more. */
  readonly giveBack: (memory: FrameMemory) => void;
}

export function frameMemories(): FrameMemories {
  let spare: FrameMemory | undefined;
  return {
    take(bytes) {
      const kept = spare;
      spare = undefined;
      const keptBytes = kept?.memory.buffer.byteLength ?? 0;
      return kept && keptBytes >= bytes
        ? kept
        : newMemory(Math.max(bytes, Math.min(growth * keptBytes, memoryBytesMax)));
    },
    giveBack(memory) {
      spare = memory;
    },
  };
}
