/** A demuxer's line about a packet in which bytes are missing: which stream, and its time of decoding (NaN if none). */
export function corruptPacket(line: string): { streamIndex: number; dts: number } | undefined {
  const [, stream, dts] = /Packet corrupt \(stream = (\d+), dts = (-?\d+|NOPTS)\)/.exec(line) ?? [];
  return stream === undefined ? undefined : { streamIndex: Number(stream), dts: Number(dts) };
}
