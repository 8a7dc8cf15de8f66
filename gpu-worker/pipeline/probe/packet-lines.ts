import type { Packet } from "./packet-table.ts";

const [newline, comma, minus, zero, nine] = [0x0a, 0x2c, 0x2d, 0x30, 0x39];
const [keyFlag, discardFlag] = [0x4b, 0x44];
/** pts, dts, duration; then the flags. */
const numbers = 3;

/**
 * Reads `pts,dts,duration,flags` of each line out of the bytes as they come, wherever a chunk ends. Two hours of video
 * are hundreds of thousands of lines: as strings they live long enough to fill the heap with what nobody collects.
 */
export function packetLines(add: (packet: Packet, discarded: boolean) => void) {
  const values: (number | undefined)[] = [];
  let field = 0;
  // Of the number that is being read: its digits so far, and whether there is anything else in it ("N/A").
  let [value, digits, negative, other] = [0, 0, false, false];
  let [isKey, isDiscarded] = [false, false];

  function endField(): void {
    if (field < numbers)
      values[field] = digits > 0 && !other ? (negative ? -value : value) : undefined;
    field++;
    [value, digits, negative, other] = [0, 0, false, false];
  }

  function endLine(): void {
    // Whatever has fewer fields is not about a packet.
    if (field >= numbers) {
      const [pts, dts, duration] = values;
      add({ pts, dts, duration: duration ?? 0, isKey }, isDiscarded);
    }
    field = 0;
    [value, digits, negative, other] = [0, 0, false, false];
    [isKey, isDiscarded] = [false, false];
  }

  return {
    take(chunk: Uint8Array): void {
      for (const byte of chunk) {
        if (byte === newline) endLine();
        else if (byte === comma) endField();
        else if (field === numbers) {
          isKey ||= byte === keyFlag;
          isDiscarded ||= byte === discardFlag;
        } else if (byte >= zero && byte <= nine) {
          value = value * 10 + (byte - zero);
          digits++;
        } else if (byte === minus && digits === 0) negative = true;
        else other = true;
      }
    },
  };
}
