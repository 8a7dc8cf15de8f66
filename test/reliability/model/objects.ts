import type { JobRow } from "../../../contracts/job.ts";
import { keys } from "../../../contracts/keys.ts";
import type { Lease } from "../../../contracts/protocol/worker-transitions.ts";
import { jobId } from "./abstract-row.ts";
import type { Habits } from "./program.ts";
import { folderBit, laterBits, type Operation } from "./surroundings.ts";

type Place = Pick<Lease, "run" | "fence">;

/** The stored results, as the bits of one number. */
export interface Objects {
  readonly manifestKey: (lease: Place) => string;
  /** A lease's first put; the answer is `foreign` where somebody else has written there before. */
  readonly put: (lease: Place) => Operation;
  /** A put that may have worked already. */
  readonly putAgain: (lease: Place) => Operation;
  /** The bits that have to do with a lease. Those that nobody has to do with any more are forgotten. */
  readonly bits: (lease: Place) => number;
  /** functions/sweep/remove-orphans: what attempts of this run, or of one before, left beside the result. */
  readonly withoutOrphans: (row: JobRow) => Operation;
  /** Whether what the row points at is there, and is what its writer had put. */
  readonly fits: (row: JobRow, objects: number) => boolean;
}

export const foreign = -2;

/** One folder for each lease, each object put only if nothing is there. */
const folders: Objects = {
  manifestKey: ({ run, fence }) => keys.artifact(jobId, run, fence, "manifest.json"),
  put: (lease) => (objects) => (objects & bitOf(lease) ? foreign : (objects | bitOf(lease)) >>> 0),
  putAgain: (lease) => (objects) => (objects | bitOf(lease)) >>> 0,
  bits: bitOf,
  withoutOrphans: ({ run, result }) => {
    const kept = (laterBits(run) | (result ? bitOf(result) : 0)) >>> 0;
    return (objects) => (objects & kept) >>> 0;
  },
  fits: ({ result }, objects) => !result || (objects & bitOf(result)) !== 0,
};

function bitOf({ run, fence }: Place): number {
  return folderBit(run, fence);
}

/** The mutation: one key for all, and whoever writes last has written it. */
const sharedKey: Objects = {
  manifestKey: () => "result/manifest.json",
  put: (lease) => () => bitOf(lease),
  putAgain: (lease) => () => bitOf(lease),
  bits: () => 2 ** 32 - 1,
  withoutOrphans: () => (objects) => objects,
  fits: ({ result }, objects) => !result || objects === bitOf(result),
};

export const objectsOf = ({ sharedResultKey }: Habits): Objects =>
  sharedResultKey ? sharedKey : folders;
