import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AwsError } from "../aws-error.ts";
import type { BodyClaims, Checksums } from "./checksums.ts";
import { BodyDigests } from "./checksums.ts";

/** A file of bytes under a random name; an object is a list of them. */
export interface BlobRange {
  readonly blob: string;
  readonly sizeBytes: number;
}

/** A body that has arrived whole and is what it claims to be. */
export interface StoredBody extends BlobRange {
  readonly etag: string;
  readonly checksums: Checksums;
}

export interface SizeLimits {
  readonly sizeBytesMin: number;
  readonly sizeBytesMax: number;
}

/** S3's limit for a single PUT or part. */
export const singlePutLimits: SizeLimits = { sizeBytesMin: 0, sizeBytesMax: 5 * 2 ** 30 };

/** Bytes on disk, written once and never changed. Names are ours, so no key can lead outside the folder. */
export class BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** Streams a body to disk, digests it on the way and keeps it only if its claims hold. Claims are read at the end, after the trailers. */
  async write(
    body: AsyncIterable<Buffer>,
    { claims, limits }: { claims: () => BodyClaims; limits: SizeLimits },
  ): Promise<StoredBody> {
    const blob = randomUUID();
    const announced = claims();
    const digests = new BodyDigests({
      sha256: announced.sha256Hex !== undefined || announced.checksums["sha256"] !== undefined,
      sha1: announced.checksums["sha1"] !== undefined,
    });
    const digested = async function* () {
      for await (const chunk of body) {
        digests.update(chunk);
        if (digests.sizeBytes > limits.sizeBytesMax) throw tooLarge(digests.sizeBytes, limits);
        yield chunk;
      }
    };

    try {
      await pipeline(digested, createWriteStream(this.#path(blob), { highWaterMark: 1 << 20 }));
      if (digests.sizeBytes < limits.sizeBytesMin) throw tooSmall(digests.sizeBytes, limits);
      return { blob, sizeBytes: digests.sizeBytes, ...digests.finish(claims()) };
    } catch (error) {
      this.remove([{ blob, sizeBytes: 0 }]);
      throw error;
    }
  }

  /** The bytes `from` to `to`, both included, of blobs laid end to end. */
  async *read(
    ranges: readonly BlobRange[],
    from: number,
    to: number,
  ): AsyncGenerator<Buffer, void> {
    let position = 0;
    for (const { blob, sizeBytes } of ranges) {
      const start = Math.max(from, position) - position;
      const end = Math.min(to, position + sizeBytes - 1) - position;
      if (start <= end) {
        yield* createReadStream(this.#path(blob), { start, end, highWaterMark: 1 << 18 });
      }
      position += sizeBytes;
      if (position > to) return;
    }
  }

  /** The same bytes under new names, without copying where the file system has hard links. */
  duplicate(ranges: readonly BlobRange[]): BlobRange[] {
    return ranges.map(({ blob, sizeBytes }) => {
      const copy = randomUUID();
      try {
        linkSync(this.#path(blob), this.#path(copy));
      } catch {
        copyFileSync(this.#path(blob), this.#path(copy));
      }
      return { blob: copy, sizeBytes };
    });
  }

  remove(ranges: readonly BlobRange[]): void {
    for (const { blob } of ranges) {
      try {
        unlinkSync(this.#path(blob));
      } catch {
        // Not there, or not removable now: the sweep at the next start gets it.
      }
    }
  }

  /** Removes every file that no row names: what an interrupted upload or delete left behind. */
  sweep(live: ReadonlySet<string>): number {
    const orphans = readdirSync(this.#directory).filter((blob) => !live.has(blob));
    this.remove(orphans.map((blob) => ({ blob, sizeBytes: 0 })));
    return orphans.length;
  }

  #path(blob: string): string {
    return join(this.#directory, blob);
  }
}

function tooLarge(sizeBytes: number, { sizeBytesMax }: SizeLimits): AwsError {
  return new AwsError(
    400,
    "EntityTooLarge",
    "Your proposed upload exceeds the maximum allowed size",
    { MaxSizeAllowed: sizeBytesMax, ProposedSize: sizeBytes },
  );
}

function tooSmall(sizeBytes: number, { sizeBytesMin }: SizeLimits): AwsError {
  return new AwsError(
    400,
    "EntityTooSmall",
    "Your proposed upload is smaller than the minimum allowed size",
    { MinSizeAllowed: sizeBytesMin, ProposedSize: sizeBytes },
  );
}
