import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../aws-error.ts";
import { payloadMismatch } from "../sigv4/verify-request.ts";

/** Checksums by algorithm in lower case, base64; `type` says whether one covers the object or its parts' checksums. */
export type Checksums = Readonly<Record<string, string>>;

/** The algorithms that S3 knows. CRC32C and CRC64NVME are stored and returned, but Node cannot compute them. */
export const checksumAlgorithms = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/** What a body is claimed to be, by header, query or trailer. */
export interface BodyClaims {
  readonly sha256Hex?: string | undefined;
  readonly contentMd5?: string | undefined;
  readonly checksums: Checksums;
}

/** Digests one body while it streams past. */
export class BodyDigests {
  readonly #md5 = createHash("md5");
  readonly #sha256: Hash | undefined;
  readonly #sha1: Hash | undefined;
  #crc32 = 0;
  sizeBytes = 0;

  constructor({ sha256, sha1 }: { sha256: boolean; sha1: boolean }) {
    this.#sha256 = sha256 ? createHash("sha256") : undefined;
    this.#sha1 = sha1 ? createHash("sha1") : undefined;
  }

  update(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    this.#sha1?.update(chunk);
    this.#crc32 = crc32(chunk, this.#crc32);
  }

  /** Refuses a body that is not what was claimed; returns its ETag and the checksums to keep. */
  finish(claims: BodyClaims): { etag: string; checksums: Checksums } {
    const md5 = this.#md5.digest();
    const sha256 = this.#sha256?.digest();
    if (claims.sha256Hex !== undefined && sha256?.toString("hex") !== claims.sha256Hex) {
      throw payloadMismatch();
    }
    if (claims.contentMd5 !== undefined && claims.contentMd5 !== md5.toString("base64")) {
      throw badDigest("Content-MD5");
    }
    const computed: Record<string, string | undefined> = {
      crc32: encodeCrc32(this.#crc32),
      sha256: sha256?.toString("base64"),
      sha1: this.#sha1?.digest("base64"),
    };
    for (const [algorithm, claimed] of Object.entries(claims.checksums)) {
      const actual = computed[algorithm];
      if (actual !== undefined && actual !== claimed) throw badDigest(algorithm.toUpperCase());
    }
    return { etag: `"${md5.toString("hex")}"`, checksums: claims.checksums };
  }
}

/** The checksum of a multipart object: the CRC32 of its parts' CRC32s; none when a part has none. */
export function compositeCrc32(partChecksums: readonly Checksums[]): Checksums {
  const parts = partChecksums.map(({ crc32: checksum }) => checksum);
  if (!parts.every((checksum) => checksum !== undefined)) return {};
  const bytes = Buffer.concat(parts.map((checksum) => Buffer.from(checksum, "base64")));
  return { crc32: `${encodeCrc32(crc32(bytes))}-${parts.length}`, type: "COMPOSITE" };
}

function encodeCrc32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}

function badDigest(what: string): AwsError {
  return new AwsError(
    400,
    "BadDigest",
    `The ${what} you specified did not match the calculated checksum.`,
  );
}
