import type { ResultManifest } from "../artifact.ts";
import type { FrameDetections } from "../detection.ts";

/** Analysed frames in order, as detections.ndjson has them. */
export type Frames = AsyncIterable<FrameDetections>;

/** A part of one file of a folder; the parts of one file come one after the other. */
export interface Piece {
  /** Path in the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** One file: its text in parts, so that a long result is never one string. */
interface FileFormat {
  /** What the name of a file of this format ends in. */
  readonly suffix: string;
  readonly text: (manifest: ResultManifest, frames: Frames) => AsyncIterable<string>;
}

/** A folder of files. */
interface FolderFormat {
  /** What the name of a folder of this format ends in. */
  readonly suffix: string;
  readonly pieces: (manifest: ResultManifest, frames: Frames) => AsyncIterable<Piece>;
}

export type ExportFormat = (FileFormat | FolderFormat) & {
  /** As people call it. */
  readonly title: string;
  /** Detections without a track have no place in it. */
  readonly tracksOnly?: true;
};
