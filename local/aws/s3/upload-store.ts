import { randomBytes } from "node:crypto";
import type { Database } from "../state/database.ts";
import type { BlobStore, StoredBody } from "./blob-store.ts";
import type { Checksums } from "./checksums.ts";
import { noSuchUpload } from "./s3-errors.ts";

/** A multipart upload that is neither completed nor aborted. */
export interface MultipartUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksumAlgorithm: string | null;
  readonly checksumType: string | null;
}

export interface UploadedPart extends StoredBody {
  readonly number: number;
  readonly modifiedAt: number;
}

interface UploadRow {
  id: string;
  bucket: string;
  key: string;
  started_at: number;
  headers: string;
  metadata: string;
  checksum_algorithm: string | null;
  checksum_type: string | null;
}

interface PartRow {
  number: number;
  blob: string;
  size_bytes: number;
  etag: string;
  modified_at: number;
  checksums: string;
}

/** Multipart uploads and their parts. */
export class UploadStore {
  readonly #database: Database;
  readonly #blobs: BlobStore;

  constructor(database: Database, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
    database.define(`
      CREATE TABLE IF NOT EXISTS s3_uploads (
        id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, started_at INTEGER NOT NULL,
        headers TEXT NOT NULL, metadata TEXT NOT NULL, checksum_algorithm TEXT, checksum_type TEXT);
      CREATE TABLE IF NOT EXISTS s3_parts (
        upload_id TEXT, number INTEGER, blob TEXT NOT NULL, size_bytes INTEGER NOT NULL, etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL, checksums TEXT NOT NULL, PRIMARY KEY (upload_id, number)) WITHOUT ROWID`);
  }

  insert(upload: Omit<MultipartUpload, "id" | "startedAt">): string {
    const id = randomBytes(24).toString("base64url");
    this.#database.run(
      "INSERT INTO s3_uploads VALUES (?,?,?,?,?,?,?,?)",
      id,
      upload.bucket,
      upload.key,
      Date.now(),
      JSON.stringify(upload.headers),
      JSON.stringify(upload.metadata),
      upload.checksumAlgorithm,
      upload.checksumType,
    );
    return id;
  }

  /** The upload; one that is not there, or is for another key, is refused as S3 refuses it. */
  get(id: string, bucket: string, key: string): MultipartUpload {
    const row = this.#database.find<UploadRow>(
      "SELECT * FROM s3_uploads WHERE id=? AND bucket=? AND key=?",
      id,
      bucket,
      key,
    );
    if (!row) throw noSuchUpload();
    return toUpload(row);
  }

  list(bucket: string, prefix: string, limit: number): MultipartUpload[] {
    return this.#database
      .list<UploadRow>(
        `SELECT * FROM s3_uploads WHERE bucket=?1 AND substr(key, 1, length(?2))=?2
         ORDER BY key, started_at LIMIT ?3`,
        bucket,
        prefix,
        limit,
      )
      .map(toUpload);
  }

  /** Adds the part or replaces the one of that number; an upload that ended meanwhile is refused. */
  putPart(upload: MultipartUpload, number: number, body: StoredBody): void {
    const replaced = this.#database.transaction(() => {
      this.get(upload.id, upload.bucket, upload.key);
      const previous = this.#database.find<PartRow>(
        "SELECT * FROM s3_parts WHERE upload_id=? AND number=?",
        upload.id,
        number,
      );
      this.#database.run(
        "INSERT OR REPLACE INTO s3_parts VALUES (?,?,?,?,?,?,?)",
        upload.id,
        number,
        body.blob,
        body.sizeBytes,
        body.etag,
        Date.now(),
        JSON.stringify(body.checksums),
      );
      return previous;
    });
    if (replaced) this.#blobs.remove([toPart(replaced)]);
  }

  /** Parts in order, from the one after `after` on. */
  listParts(id: string, after = 0, limit = 10_000): UploadedPart[] {
    return this.#database
      .list<PartRow>(
        "SELECT * FROM s3_parts WHERE upload_id=? AND number>? ORDER BY number LIMIT ?",
        id,
        after,
        limit,
      )
      .map(toPart);
  }

  /** Forgets the upload and its parts; their bytes stay, for the object or for the caller to remove. */
  remove(id: string): void {
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM s3_parts WHERE upload_id=?", id);
      this.#database.run("DELETE FROM s3_uploads WHERE id=?", id);
    });
  }

  listBlobs(): string[] {
    return this.#database
      .list<{ blob: string }>("SELECT blob FROM s3_parts")
      .map(({ blob }) => blob);
  }
}

function toUpload(row: UploadRow): MultipartUpload {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    startedAt: row.started_at,
    headers: JSON.parse(row.headers),
    metadata: JSON.parse(row.metadata),
    checksumAlgorithm: row.checksum_algorithm,
    checksumType: row.checksum_type,
  };
}

function toPart(row: PartRow): UploadedPart {
  return {
    number: row.number,
    blob: row.blob,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    modifiedAt: row.modified_at,
    checksums: JSON.parse(row.checksums) as Checksums,
  };
}
