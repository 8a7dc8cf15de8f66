import { open, type FileHandle } from "node:fs/promises";

/** Boxes of an MP4 on the way to a track's header. */
const parents = new Set(["moov", "trak"]);

/** The matrix that shows a picture as it is stored (ISO/IEC 14496-12, 6.2.2). */
const asStored = Buffer.alloc(36);
for (const [at, value] of [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].entries()) {
  asStored.writeInt32BE(value, at * 4);
}

/**
 * Has players show the pictures of an MP4 that ffmpeg wrote as they are stored. ffmpeg gives what it encodes the matrix of
 * its source, also where filters have turned the pictures already, and has no option against it in every version.
 */
export async function showAsStored(path: string): Promise<void> {
  await using file = await open(path, "r+");
  const { size } = await file.stat();
  await visit(file, 0, size);
}

async function visit(file: FileHandle, start: number, end: number): Promise<void> {
  const head = Buffer.alloc(16);
  for (let at = start; at + 8 <= end;) {
    await file.read(head.fill(0), 0, head.length, at);
    const isLong = head.readUInt32BE(0) === 1;
    const type = head.toString("latin1", 4, 8);
    const headBytes = isLong ? 16 : 8;
    const length = isLong ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
    if (length < headBytes) return;
    if (parents.has(type)) await visit(file, at + headBytes, at + length);
    if (type === "tkhd") await file.write(asStored, 0, asStored.length, at + length - 44);
    at += length;
  }
}
