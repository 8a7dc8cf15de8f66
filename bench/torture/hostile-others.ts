import { gzipSync } from "node:zlib";
import { playlistsInDisguise } from "./playlists-in-disguise.ts";
import { box, ebmlNumber, element, u16, u32 } from "./bytes.ts";
import { unreadable, type Hostile } from "./hostile.ts";

const beyond = { verdict: "failed", codes: ["VIDEO_LIMIT_EXCEEDED"] } as const;
const refused = { verdict: "failed", codes: ["CONTAINER_REFUSED", "NOT_A_VIDEO"] } as const;
interface Track {
  readonly codec?: string;
  readonly width?: number;
  readonly height?: number;
  readonly more?: Buffer;
}
const ebml = element(
  0x1a45dfa3,
  Buffer.concat([
    element(0x4282, "matroska"),
    element(0x4287, ebmlNumber(4)),
    element(0x4285, ebmlNumber(2)),
  ]),
);
const track = (
  { codec = "V_MJPEG", width = 64, height = 64, more = Buffer.alloc(0) }: Track,
  number = 1,
) =>
  element(
    0xae,
    Buffer.concat([
      element(0xd7, ebmlNumber(number)),
      element(0x73c5, ebmlNumber(number)),
      element(0x83, ebmlNumber(1)),
      element(0x86, codec),
      element(
        0xe0,
        Buffer.concat([element(0xb0, ebmlNumber(width)), element(0xba, ebmlNumber(height))]),
      ),
      more,
    ]),
  );
const info = (milliseconds?: number) => {
  const duration = Buffer.alloc(8);
  duration.writeDoubleBE(milliseconds ?? 0);
  const scale = element(0x2ad7b1, ebmlNumber(1_000_000));
  return element(
    0x1549a966,
    milliseconds === undefined ? scale : Buffer.concat([scale, element(0x4489, duration)]),
  );
};
const cluster = (milliseconds: number, ...blocks: Buffer[]) =>
  element(0x1f43b675, Buffer.concat([element(0xe7, ebmlNumber(milliseconds)), ...blocks]));
const block = (picture: Buffer) =>
  element(0xa3, Buffer.concat([Buffer.from([0x81, 0, 0, 0x80]), picture]));
const mkv = (...parts: Buffer[]) =>
  Buffer.concat([ebml, element(0x18538067, Buffer.concat(parts))]);
const hour = 3_600_000;

function nestedElements(depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 10);
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt16BE(0x67c8, level * 10);
    bytes.writeUInt32BE(0x01000000, level * 10 + 2);
    bytes.writeUInt32BE((depth - level - 1) * 10, level * 10 + 6);
  }
  return bytes;
}

function transportStreams(): Buffer {
  // A table of programs that names 8,000 others, and none of them.
  const packets = Buffer.alloc(188 * 8000, 0xff);
  for (let at = 0; at < packets.length; at += 188)
    packets.writeUInt32BE(0x47000010 + ((at / 188) & 15), at);
  return packets;
}

/** Files of other kinds that lie about what they are or how much there is; `jpeg` is one small picture. */
export const hostileOthers = (jpeg: Buffer): readonly Hostile[] => [
  ...playlistsInDisguise,
  {
    name: "mkv: 10^9 s in the header",
    bytes: () => mkv(info(1e12), element(0x1654ae6b, track({})), cluster(0, block(jpeg))),
    expected: beyond,
  },
  {
    name: "mkv: 16384 × 16384 PNG pixels",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({ codec: "V_MS/VFW/FOURCC", width: 16384, height: 16384 })),
        cluster(0, block(jpeg)),
      ),
    expected: unreadable,
  },
  {
    name: "mkv: 65535 × 65535 pixels",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({ codec: "V_VP9", width: 65535, height: 65535 })),
        cluster(0, block(jpeg)),
      ),
    expected: beyond,
  },
  {
    name: "mkv: a JPEG of 65535 × 65535",
    bytes: () =>
      mkv(info(), element(0x1654ae6b, track({})), cluster(0, block(withSize(jpeg, 65535)))),
    expected: unreadable,
  },
  {
    name: "mkv: 3 frames, 7 hours apart",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({})),
        ...[0, 7, 14].map((n) => cluster(n * hour, block(jpeg))),
      ),
    expected: { verdict: "complete", frames: 3 },
  },
  {
    name: "mkv: 3 frames, 30 hours apart",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({})),
        ...[0, 30, 60].map((n) => cluster(n * hour, block(jpeg))),
      ),
    expected: beyond,
  },
  {
    name: "mkv: a frame 280 million years later",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({})),
        ...[0, 2 ** 62].map((n) => cluster(n, block(jpeg))),
      ),
    expected: beyond,
  },
  {
    name: "mkv: 5,000 frames in one millisecond",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({})),
        cluster(0, ...Array.from({ length: 5000 }, () => block(jpeg))),
      ),
    expected: beyond,
  },
  {
    name: "mkv: 30,000 torn frames in one millisecond",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, track({})),
        cluster(0, ...Array.from({ length: 30_000 }, () => block(jpeg.subarray(0, 20)))),
      ),
    expected: unreadable,
  },
  {
    name: "mkv: fifty video streams",
    bytes: () =>
      mkv(
        info(),
        element(0x1654ae6b, Buffer.concat(Array.from({ length: 50 }, (_, n) => track({}, n + 1)))),
        cluster(0, block(jpeg)),
      ),
    expected: beyond,
  },
  {
    name: "mkv: 20,000 video streams",
    bytes: () =>
      mkv(
        info(),
        element(
          0x1654ae6b,
          Buffer.concat(Array.from({ length: 20_000 }, (_, n) => track({}, n + 1))),
        ),
        cluster(0, block(jpeg)),
      ),
    expected: beyond,
  },
  {
    name: "mkv: an element of 2^56 bytes",
    bytes: () =>
      Buffer.concat([ebml, element(0x18538067, element(0x1549a966, "", 2 ** 52), 2 ** 52)]),
    expected: unreadable,
  },
  {
    name: "mkv: private data of 2 GB",
    bytes: () =>
      mkv(info(), element(0x1654ae6b, track({ more: element(0x63a2, "", 2 ** 31 - 20) }))),
    expected: unreadable,
  },
  {
    name: "mkv: elements nested 200,000 deep",
    bytes: () => mkv(info(), element(0x1254c367, element(0x7373, nestedElements(200_000)))),
    expected: unreadable,
  },
  { name: "gif: a canvas of 65535 × 65535", bytes: () => gif(65535), expected: beyond },
  { name: "gif: a canvas of 16384 × 16384", bytes: () => gif(16384), expected: beyond },
  {
    name: "mpegts: a table of nothing, 8,000 times",
    bytes: transportStreams,
    expected: unreadable,
  },
  {
    name: "mpegts: 16 MB of noise between sync bytes",
    bytes: () =>
      noise(16e6, (bytes) => {
        for (let at = 0; at < bytes.length; at += 188) bytes[at] = 0x47;
      }),
    expected: unreadable,
  },
  {
    name: "mpegps: 16 MB of noise behind a start code",
    bytes: () => noise(16e6, (bytes) => bytes.writeUInt32BE(0x1ba)),
    expected: unreadable,
  },
  {
    name: "flv: 16 MB of noise behind a header",
    bytes: () => noise(16e6, (bytes) => bytes.write("FLV\x01\x05\0\0\0\x09\0\0\0\0", "latin1")),
    expected: unreadable,
  },
  {
    name: "avi: 16 MB of noise behind a header",
    bytes: () => noise(16e6, (bytes) => bytes.write("RIFF\0\0\0\x01AVI LIST", "latin1")),
    expected: unreadable,
  },
  {
    name: "mkv: 16 MB of noise behind a header",
    bytes: () => noise(16e6, (bytes) => mkv(info()).copy(bytes)),
    expected: unreadable,
  },
  {
    name: "a ZIP archive",
    bytes: () => Buffer.from("PK\x03\x04" + "\0".repeat(60), "latin1"),
    expected: refused,
  },
  { name: "gzip", bytes: () => gzipSync(Buffer.alloc(1e6)), expected: refused },
  {
    name: "a ZIP archive behind the tag of MP4",
    bytes: () =>
      Buffer.concat([
        box("ftyp", "isom", u32(0)),
        Buffer.from("PK\x03\x04" + "\0".repeat(60), "latin1"),
      ]),
    expected: unreadable,
  },
  {
    name: "HTML that claims to be GIF",
    bytes: () => Buffer.from("GIF89a/*<script src=//127.0.0.1></script>*/=1;"),
    expected: unreadable,
  },
];

function gif(side: number): Buffer {
  const screen = Buffer.alloc(4);
  screen.writeUInt16LE(side, 0);
  screen.writeUInt16LE(side, 2);
  const image = Buffer.concat([
    Buffer.from([0x2c, 0, 0, 0, 0]),
    screen,
    Buffer.from([0, 2, 2, 0x4c, 1, 0]),
  ]);
  const parts = [
    Buffer.from("GIF89a"),
    screen,
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    image,
    image,
    Buffer.from(";"),
  ];
  return Buffer.concat(parts);
}

/** A JPEG whose header claims another size. */
function withSize(jpeg: Buffer, side: number): Buffer {
  const changed = Buffer.from(jpeg);
  const frame = changed.indexOf(Buffer.from([0xff, 0xc0]));
  u16(side, side).copy(changed, frame + 5);
  return changed;
}

/** The same bytes every time. */
function noise(length: number, dress: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  dress(bytes);
  return bytes;
}
