import { artifactNames } from "../player/artifact-names.ts";
import type { ResultFiles } from "../player/result-files.ts";

/** A stretch of the video, in seconds, and the part of the sprite that shows it, in pixels. */
export interface Thumbnail {
  readonly start: number;
  readonly end: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Thumbnails in order of time, and the address of the picture that holds them. */
export interface Thumbnails {
  readonly cues: readonly Thumbnail[];
  readonly address: string;
}

const timing = /^((?:\d+:)?\d\d:\d\d\.\d{3})\s+-->\s+((?:\d+:)?\d\d:\d\d\.\d{3})/;
const region = /#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)\s*$/;

const secondsOf = (time: string): number =>
  time.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);

/** Reads a WebVTT file whose cues name parts of one picture (`#xywh=`); other cues are passed over. */
export function parseThumbnails(vtt: string): Thumbnail[] {
  const lines = vtt.split(/\r\n|\n|\r/);
  return lines.flatMap((line, at) => {
    const times = timing.exec(line);
    const place = region.exec(lines[at + 1] ?? "");
    if (times === null || place === null) return [];
    const [x, y, width, height] = place.slice(1).map(Number);
    const [start, end] = [secondsOf(times[1]!), secondsOf(times[2]!)];
    return [{ start, end, x: x!, y: y!, width: width!, height: height! }];
  });
}

/** The thumbnail of a time; undefined where the video was not analysed. */
export const thumbnailAt = (cues: readonly Thumbnail[], seconds: number): Thumbnail | undefined =>
  cues.findLast(({ start, end }) => seconds >= start && seconds <= end);

const opened = new WeakMap<ResultFiles, Promise<Thumbnails | undefined>>();

/** Loads a result's thumbnails once; undefined where it has none, or they cannot be read: a hover is no place for errors. */
export function openThumbnails(files: ResultFiles): Promise<Thumbnails | undefined> {
  const there = opened.get(files);
  if (there !== undefined) return there;
  const opening = load(files).catch(() => undefined);
  opened.set(files, opening);
  return opening;
}

async function load(files: ResultFiles): Promise<Thumbnails | undefined> {
  if (!files.has(artifactNames.thumbnails) || !files.has(artifactNames.sprite)) return undefined;
  const { signal } = new AbortController();
  const [vtt, sprite] = await Promise.all([
    files.read(artifactNames.thumbnails, signal).then((answer) => answer.text()),
    files.read(artifactNames.sprite, signal).then((answer) => answer.blob()),
  ]);
  // By its bytes: the link would run out while the page is open.
  return { cues: parseThumbnails(vtt), address: URL.createObjectURL(sprite) };
}
