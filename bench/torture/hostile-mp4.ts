import { deflateSync } from "node:zlib";
import { box, fullBox, u16, u32 } from "./bytes.ts";
import { unreadable, type Hostile } from "./hostile.ts";

const ftyp = box("ftyp", "isom", u32(0), "isomavc1mp41");
const unity = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

interface Tables {
  readonly codec?: string;
  readonly width?: number;
  readonly height?: number;
  readonly timescale?: number;
  readonly duration?: number;
  /** Runs of [number of samples, ticks]. */
  readonly stts?: readonly [number, number];
  readonly sampleBytes?: number;
  readonly samples?: number;
  /** Entries of the edit list: duration, media time, rate. */
  readonly edits?: Buffer;
  readonly more?: Buffer;
}

/** An MP4 whose tables say what we like, of pictures that nobody has to decode. */
export function mp4({
  codec = "jpeg",
  width = 64,
  height = 64,
  timescale = 1000,
  duration = 1000,
  stts = [25, 40],
  sampleBytes = 1,
  samples = 25,
  edits,
  more = Buffer.alloc(0),
}: Tables): Buffer {
  const entry = box(
    codec,
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(16),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
  );
  const stbl = box(
    "stbl",
    fullBox("stsd", u32(1), entry),
    fullBox("stts", u32(1, ...stts)),
    fullBox("stsc", u32(1, 1, samples, 1)),
    fullBox("stsz", u32(sampleBytes, samples)),
    fullBox("stco", u32(1, ftyp.length + 8)),
    more,
  );
  const dinf = box("dinf", fullBox("dref", u32(1), box("url ", u32(1))));
  const minf = box("minf", box("vmhd", u32(1, 0, 0)), dinf, stbl);
  const mdhd = fullBox("mdhd", u32(0, 0, timescale, duration), u16(0x55c4, 0));
  const hdlr = fullBox("hdlr", u32(0), "vide", u32(0, 0, 0), "\0");
  const sides = u32(width * 0x10000 > 0xffffffff ? 0 : width * 0x10000, 0);
  const tkhd = box("tkhd", u32(3, 0, 0, 1, 0, duration, 0, 0, 0, 0), unity, sides);
  const trak = box(
    "trak",
    tkhd,
    ...(edits ? [box("edts", fullBox("elst", u32(edits.length / 12), edits))] : []),
    box("mdia", mdhd, hdlr, minf),
  );
  const mvhd = fullBox(
    "mvhd",
    u32(0, 0, timescale, duration, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    unity,
    u32(0, 0, 0, 0, 0, 0, 2),
  );
  return Buffer.concat([ftyp, box("mdat", Buffer.alloc(4096)), box("moov", mvhd, trak)]);
}

function nested(type: string, depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 8);
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt32BE((depth - level) * 8, level * 8);
    bytes.write(type, level * 8 + 4, "latin1");
  }
  return bytes;
}

function editList(entries: number): Buffer {
  const edits = Buffer.alloc(entries * 12);
  for (let at = 0; at < edits.length; at += 12) {
    edits.writeUInt32BE(1, at);
    edits.writeUInt32BE((at / 12) % 1000, at + 4);
    edits.writeUInt32BE(0x10000, at + 8);
  }
  return edits;
}

const beyond = { verdict: "failed", codes: ["VIDEO_LIMIT_EXCEEDED"] } as const;
/** MP4 files that lie about how much there is. */
export const hostileMp4: readonly Hostile[] = [
  {
    name: "mp4: a header of 10^9 s",
    bytes: () => mp4({ timescale: 1, duration: 1e9, stts: [25, 4e7] }),
    expected: beyond,
  },
  {
    name: "mp4: 16384 × 16384 pixels",
    bytes: () => mp4({ width: 16384, height: 16384 }),
    expected: beyond,
  },
  {
    name: "mp4: 65535 × 65535 pixels",
    bytes: () => mp4({ width: 65535, height: 65535 }),
    expected: beyond,
  },
  {
    name: "mp4: 65535 × 65535 PNG pixels",
    bytes: () => mp4({ codec: "png ", width: 65535, height: 65535 }),
    expected: beyond,
  },
  {
    name: "mp4: 10^6 frames per second",
    bytes: () => mp4({ timescale: 1e6, duration: 3000, stts: [3000, 1], samples: 3000 }),
    expected: beyond,
  },
  {
    name: "mp4: 2^32 − 1 ticks per second",
    bytes: () => mp4({ timescale: 0xffffffff, duration: 25, stts: [25, 1] }),
    expected: unreadable,
  },
  {
    name: "mp4: no ticks per second",
    bytes: () => mp4({ timescale: 0, stts: [25, 0xffffffff] }),
    expected: unreadable,
  },
  {
    name: "mp4: 2^32 − 1 samples without data",
    bytes: () => mp4({ stts: [0xffffffff, 1], samples: 0xffffffff }),
    expected: unreadable,
  },
  {
    name: "mp4: 100 million samples without data",
    bytes: () => mp4({ timescale: 1000, stts: [1e8, 1], samples: 1e8, duration: 1e8 }),
    expected: unreadable,
  },
  {
    name: "mp4: 20 million samples, 1000 a second",
    bytes: () => mp4({ timescale: 1000, stts: [2e7, 1], samples: 2e7, duration: 2e7 }),
    expected: unreadable,
  },
  {
    name: "mp4: 2^32 − 1 shifts of time without data",
    bytes: () => mp4({ more: fullBox("ctts", u32(0xffffffff, 0xffffffff, 1)) }),
    expected: unreadable,
  },
  {
    name: "mp4: an edit list of 10^6 entries",
    bytes: () => mp4({ edits: editList(1e6) }),
    expected: unreadable,
  },
  {
    name: "mp4: an edit list of 30,000 entries over 30,000 samples",
    bytes: () => mp4({ edits: editList(30_000), samples: 30_000, stts: [30_000, 1] }),
    expected: unreadable,
  },
  {
    name: "mp4: boxes nested 200,000 deep",
    bytes: () => Buffer.concat([ftyp, box("moov", nested("udta", 200_000))]),
    expected: unreadable,
  },
  {
    name: "mp4: tracks nested 200,000 deep",
    bytes: () => Buffer.concat([ftyp, box("moov", nested("trak", 200_000))]),
    expected: unreadable,
  },
  {
    name: "mp4: a compressed index that unpacks to 1 GB",
    bytes: () => {
      const packed = deflateSync(Buffer.alloc(1e9), { level: 1 });
      const cmov = box("cmov", box("dcom", "zlib"), box("cmvd", u32(1e9), packed));
      return Buffer.concat([ftyp, box("moov", cmov)]);
    },
    expected: unreadable,
  },
  {
    name: "mp4: a fragment of 2^32 − 1 samples without data",
    bytes: () => {
      const trex = fullBox("trex", u32(1, 1, 40, 1, 0));
      const moov = mp4({ samples: 0, stts: [0, 0] });
      const mvex = box("mvex", trex);
      const patched = Buffer.concat([moov, mvex]);
      patched.writeUInt32BE(patched.length - ftyp.length - 4104, ftyp.length + 4104);
      const trun = fullBox("trun", u32(0xffffffff));
      const traf = box("traf", box("tfhd", u32(0x020000, 1)), trun);
      return Buffer.concat([
        patched,
        box("moof", fullBox("mfhd", u32(1)), traf),
        box("mdat", Buffer.alloc(64)),
      ]);
    },
    expected: unreadable,
  },
  {
    name: "mp4: 5,000 tracks",
    bytes: () => {
      const whole = mp4({});
      const trak = whole.subarray(whole.indexOf("trak") - 4);
      const head = whole.subarray(0, whole.indexOf("moov") - 4);
      const mvhd = whole.subarray(whole.indexOf("mvhd") - 4, whole.indexOf("trak") - 4);
      return Buffer.concat([head, box("moov", mvhd, ...Array.from({ length: 5000 }, () => trak))]);
    },
    expected: beyond,
  },
];
