import { open, type FileHandle } from "node:fs/promises";
import { limits } from "../../../contracts/limits.ts";
import { beyond } from "./streams.ts";

/** Boxes that hold the tables of a track. */
const parents = /^(moov|cmov|trak|edts|mdia|minf|stbl)$/;

interface Visit {
  readonly file: FileHandle;
  readonly size: number;
  boxesLeft: number;
}

/** moov, trak, mdia, minf, stbl, and what they hold. */
const depthMax = 6;

/**
 * Refuses an MP4 whose tables cost more to read than a video is worth: more samples than bytes, an edit list that a
 * demuxer walks for minutes, an index that unpacks to gigabytes. Other files pass unread.
 */
export async function checkMp4Index(path: string): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  await visit({ file, size, boxesLeft: limits.indexBoxesMax }, 0, size);
}

async function visit(state: Visit, start: number, end: number, depth = 1): Promise<void> {
  const head = Buffer.alloc(24);
  for (let at = start; at + 8 <= end;) {
    if (--state.boxesLeft < 0) return;
    const { bytesRead } = await state.file.read(head.fill(0), 0, head.length, at);
    const type = head.toString("latin1", 4, 8);
    if (bytesRead < 8 || !/^[\w ©-]{4}$/.test(type)) return;
    const isLong = head.readUInt32BE(0) === 1;
    const length = isLong ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0) || end - at;
    if (length < 8) return;
    check(type, head, state.size);
    if (parents.test(type) && depth < depthMax) {
      await visit(state, at + (isLong ? 16 : 8), Math.min(at + length, end), depth + 1);
    }
    at += length;
  }
}

function check(type: string, head: Buffer, fileBytes: number): void {
  if (type === "elst" && head.readUInt32BE(12) > limits.editsMax) {
    throw beyond("entries in an edit list", head.readUInt32BE(12), limits.editsMax);
  }
  if (type === "stsz" && head.readUInt32BE(16) > fileBytes) {
    throw beyond("samples, more than bytes", head.readUInt32BE(16), fileBytes);
  }
  if (type === "cmvd" && head.readUInt32BE(8) > limits.packedIndexBytesMax) {
    throw beyond("bytes of packed index", head.readUInt32BE(8), limits.packedIndexBytesMax);
  }
}
