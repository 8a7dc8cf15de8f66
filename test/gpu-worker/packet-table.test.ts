import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import {
  anchor,
  between,
  key,
  packetTable,
  type Packet,
} from "../../gpu-worker/pipeline/probe/packet-table.ts";

const sound = { stumbled: false, corrupt: [], endsEarly: false };
const packet = (pts: number, dts = pts, isKey = false): Packet => ({
  pts,
  dts,
  duration: 1,
  isKey,
});

function tableOf(
  packets: readonly Packet[],
  {
    counted = false,
    hidesPackets = false,
    ticksPerSecond = 25,
    ...reading
  }: Partial<Parameters<typeof packetTable>[0]> &
    Partial<Parameters<ReturnType<typeof packetTable>["end"]>[0]> = {},
) {
  const table = packetTable({ ticksPerSecond, counted, hidesPackets });
  for (const each of packets) table.add(each, false);
  return table.end({ ...sound, ...reading });
}

test("frames stand in the order in which they are shown, each with what depends on it", () => {
  const { pts, roles } = tableOf([packet(0, 0, true), packet(3, 1), packet(1, 2), packet(2, 3)]);

  expect([...pts]).toEqual([0, 1, 2, 3]);
  expect([...roles]).toEqual([key, between, between, anchor]);
});

test("where a recording begins anew, its frames follow the first one's, whatever their times", () => {
  const first = [packet(100, 100, true), packet(101), packet(102)];
  const second = [packet(101, 99, true), packet(102, 100), packet(103, 101)];

  const { pts, resets, seams, damaged } = tableOf([...first, ...second], { corrupt: [102] });

  expect([...pts]).toEqual([100, 101, 102, 101, 102, 103]);
  expect([resets, seams, damaged]).toEqual([[3], [102], false]);
});

test("where a key frame follows without a pause, a hole may be the seam of two recordings", () => {
  const packets = [packet(0, 0, true), packet(1), packet(2), packet(3, 3, true)];
  const later = [packet(0, 0, true), packet(1), packet(2), packet(4, 4, true)];

  expect(tableOf(packets, { corrupt: [2] })).toMatchObject({ seams: [2], damaged: false });
  expect(tableOf(later, { corrupt: [2] })).toMatchObject({ seams: [], damaged: true });
});

test("a packet with a hole in it that is no seam means damage", () => {
  expect(tableOf([packet(0, 0, true), packet(1), packet(2)], { corrupt: [1] }).damaged).toBe(true);
});

test("frames before the first key frame are no promise", () => {
  expect(tableOf([packet(0), packet(1), packet(2, 2, true), packet(3)]).leading).toBe(2);
});

test("fewer packets than the headers promise mean damage", () => {
  const packets = [packet(0, 0, true), packet(1), packet(2)];

  expect(tableOf(packets, { framesDeclared: 3 }).damaged).toBe(false);
  expect(tableOf(packets, { framesDeclared: 4 }).damaged).toBe(true);
});

test("where times are counted, a pause is no loss, and a count that is not reached is", () => {
  const paused = [packet(0, 0, true), packet(7, 7), packet(9, 9)];

  expect(tableOf(paused, { counted: true, framesDeclared: 10 }).damaged).toBe(false);
  expect(tableOf(paused, { counted: true, framesDeclared: 12 }).damaged).toBe(true);
});

test("a packet that shows nothing, and the one that is shown at its time, are one frame", () => {
  const packets = [packet(0, 0, true), packet(1), packet(1), packet(2)];

  expect([...tableOf(packets, { hidesPackets: true }).pts]).toEqual([0, 1, 2]);
  expect([...tableOf(packets).pts]).toEqual([0, 1, 1, 2]);
});

test("a rate that no camera has is refused while it is read", () => {
  const table = packetTable({ ticksPerSecond: 1e6, counted: false, hidesPackets: false });

  expect(() => {
    for (let n = 0; n < 10_000; n++) table.add(packet(n, n, true), false);
  }).toThrow(/frames per second/);
});

test("a gap of more than a day is refused at its far end", () => {
  const beyondADay = (limits.durationSecondsMax + 1) * 25;

  expect(() => tableOf([packet(0, 0, true), packet(beyondADay)])).toThrow(/seconds/);
});

test("ticks that are no whole numbers any more are refused", () => {
  expect(() => tableOf([packet(2 ** 62, 0, true)])).toThrow(/ticks/);
});
