import { expect, test } from "vitest";
import { packetLines } from "../../../../gpu-worker/pipeline/probe/packet-lines.ts";
import type { Packet } from "../../../../gpu-worker/pipeline/probe/packet-table.ts";

function read(text: string, chunkBytes = text.length): (Packet & { discarded: boolean })[] {
  const packets: (Packet & { discarded: boolean })[] = [];
  const lines = packetLines((packet, discarded) => packets.push({ ...packet, discarded }));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    lines.take(bytes.subarray(at, at + chunkBytes));
  }
  return packets;
}

const shown = { isKey: false, discarded: false };
const listing = "0,-512,512,K__\n1024,0,512,___\n512,N/A,N/A,_D_\nN/A,9007199254740991,7,KD_\n";
const packets = [
  { pts: 0, dts: -512, duration: 512, isKey: true, discarded: false },
  { pts: 1024, dts: 0, duration: 512, ...shown },
  { pts: 512, dts: undefined, duration: 0, isKey: false, discarded: true },
  { pts: undefined, dts: 9_007_199_254_740_991, duration: 7, isKey: true, discarded: true },
];

test.for([1, 2, 3, 5, 7, 16, listing.length])(
  "the packets are the same in chunks of %i bytes",
  (chunkBytes) => {
    expect(read(listing, chunkBytes)).toEqual(packets);
  },
);

test("ends of lines as on Windows, flags of two letters, and what follows the flags change nothing", () => {
  expect(read("0,0,1,K_\r\n1,1,1,__,DK\n")).toEqual([
    { pts: 0, dts: 0, duration: 1, isKey: true, discarded: false },
    { pts: 1, dts: 1, duration: 1, ...shown },
  ]);
});

test("a line with fewer fields, an empty one and one that is cut off are no packets", () => {
  expect(read("\n12,13\n0,0,1,K__\nside,data\n1,1,1,_")).toEqual([
    { pts: 0, dts: 0, duration: 1, isKey: true, discarded: false },
  ]);
});

test("what is no whole number is no time", () => {
  expect(read("0x10,1.5,-,___\n1-2,,+3,___\n")).toEqual([
    { pts: undefined, dts: undefined, duration: 0, ...shown },
    { pts: undefined, dts: undefined, duration: 0, ...shown },
  ]);
});
