import { open, type FileHandle } from "node:fs/promises";

/**
 * Whether the file ends before its container says that it does, for containers that lose packets without a word when
 * they are cut. MP4 is not among them: its tables name each picture, and reading misses those that are not there.
 */
export async function endsEarly(path: string, container: string): Promise<boolean> {
  const check = checks[container];
  if (!check) return false;
  await using file = await open(path);
  const { size } = await file.stat();
  return await check(file, size);
}

const checks: Readonly<Record<string, (file: FileHandle, size: number) => Promise<boolean>>> = {
  avi: riffEndsEarly,
  flv: flvEndsEarly,
  gif: gifEndsEarly,
  mpegts: transportStreamEndsEarly,
  mpeg: programStreamEndsEarly,
};

async function bytes(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(
    Buffer.alloc(length),
    0,
    length,
    Math.max(0, start),
  );
  return buffer.subarray(0, bytesRead);
}

/** RIFF chunks on end, each with its size; a recorder that died leaves a size of 0 or of all ones. */
async function riffEndsEarly(file: FileHandle, size: number): Promise<boolean> {
  for (let at = 0; at + 12 <= size;) {
    const head = await bytes(file, at, 12);
    if (head.toString("latin1", 0, 4) !== "RIFF") return false;
    const length = head.readUInt32LE(4);
    if (length === 0 || length === 0xffffffff) return true;
    at += 8 + length + (length % 2);
    if (at > size + 1) return true;
  }
  return false;
}

/** Behind each tag stands its length: the last one must lead back to a tag. */
async function flvEndsEarly(file: FileHandle, size: number): Promise<boolean> {
  const length = (await bytes(file, size - 4, 4)).readUInt32BE(0);
  // Some writers leave the length out, or leave it 0.
  if (length < 11 || length > size - 13) return length !== 0;
  const tag = await bytes(file, size - 4 - length, 4);
  return ![8, 9, 18].includes(tag[0]! & 0x1f) || tag.readUIntBE(1, 3) + 11 !== length;
}

/** The last byte is a semicolon; some writers fill up with zeros. */
async function gifEndsEarly(file: FileHandle, size: number): Promise<boolean> {
  const tail = await bytes(file, size - 1024, 1024);
  return tail[tail.findLastIndex((byte) => byte !== 0)] !== 0x3b;
}

/** Packets are of one size: 188 bytes, 192 with an arrival time in front, 204 with a checksum behind. */
async function transportStreamEndsEarly(file: FileHandle, size: number): Promise<boolean> {
  const head = await bytes(file, 0, 4096);
  for (const packetBytes of [188, 192, 204]) {
    for (let start = 0; start < packetBytes; start++) {
      const isSync = (_: unknown, index: number) => head[start + index * packetBytes] === 0x47;
      if (Array.from({ length: 5 }, isSync).every(Boolean)) {
        const offset = packetBytes === 192 ? start - 4 : start;
        return (size - offset) % packetBytes !== 0;
      }
    }
  }
  return false;
}

/** Every packet says its length: the last one must end with the file. */
async function programStreamEndsEarly(file: FileHandle, size: number): Promise<boolean> {
  const tail = await bytes(file, size - programTailBytes, programTailBytes);
  let at = tail.indexOf(Buffer.from([0, 0, 1, 0xba]));
  if (at === -1) return false;
  while (at + 6 <= tail.length) {
    if (tail.readUIntBE(at, 3) !== 1) return false;
    const id = tail[at + 3]!;
    if (id === 0xb9) return false;
    if (id === 0xba) {
      const isMpeg2 = tail[at + 4]! >> 6 === 1;
      if (isMpeg2 && at + 14 > tail.length) return true;
      at += isMpeg2 ? 14 + (tail[at + 13]! & 7) : 12;
    } else {
      at += 6 + tail.readUInt16BE(at + 4);
    }
  }
  return at > tail.length;
}

/** Two packs and more: a packet is 64 KiB at most. */
const programTailBytes = 256 * 1024;
