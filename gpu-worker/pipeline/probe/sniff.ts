import { PermanentError } from "../../../contracts/errors.ts";

/** How many bytes `sniff` looks at. */
export const sniffBytes = 4096;

const ascii = (head: Buffer, start: number, end: number) => head.toString("latin1", start, end);
const syncAt = (head: Buffer, ...positions: number[]) =>
  positions.every((position) => position >= head.length || head[position] === 0x47);

const boxes = /^(ftyp|styp|moov|moof|mdat|free|skip|wide|pnot|uuid|sidx)$/;

const containers: readonly ((head: Buffer) => boolean)[] = [
  (head) => boxes.test(ascii(head, 4, 8)),
  (head) => head.readUInt32BE(0) === 0x1a45dfa3,
  (head) => ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 11) === "AVI",
  (head) => ascii(head, 0, 3) === "FLV",
  (head) => ascii(head, 0, 4) === "GIF8",
  (head) => [0x1ba, 0x1b3, 0x1bb].includes(head.readUInt32BE(0)),
  (head) => head.length >= 376 && syncAt(head, 0, 188, 376, 564),
  (head) => head.length >= 388 && syncAt(head, 4, 196, 388, 580),
];

/** Files of other kinds that people do upload, or that pretend. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^\uFEFF?\s*#EXTM3U/, "an HLS playlist"],
  [/^\uFEFF?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<MPD\b/s, "a DASH manifest"],
  [/^\s*ffconcat version/, "a list of other files (ffconcat)"],
  [/^v=0\r?\n/, "a session description (SDP)"],
  [/^\x89PNG/, "a PNG picture"],
  [/^\xff\xd8\xff/, "a JPEG picture"],
  [/^(ID3|\xff[\xe2-\xfb])/, "an MP3 file"],
  [/^OggS/, "an Ogg file"],
  [/^fLaC/, "a FLAC file"],
  [/^RIFF....WAVE/s, "a WAV file"],
  [/^0&\xb2u/, "a WMV file"],
  [/^PK/, "a ZIP archive"],
  [/^%PDF/, "a PDF document"],
];

/** Refuses by its first bytes what is no accepted container, before any parser sees it. */
export function sniff(head: Buffer): void {
  if (head.length === 0) {
    throw new PermanentError("UPLOAD_EMPTY", "The file has no bytes.");
  }
  if (head.length >= 12 && containers.some((matches) => matches(head))) return;

  const start = head.toString("latin1");
  const kind = others.find(([pattern]) => pattern.test(start))?.[1];
  if (kind) throw new PermanentError("CONTAINER_REFUSED", `The file is ${kind}, not a video.`);
  throw new PermanentError("NOT_A_VIDEO", "The file begins like no video container.");
}
