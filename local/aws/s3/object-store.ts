import type { Database } from "../state/database.ts";
import type { BlobRange, BlobStore } from "./blob-store.ts";
import type { Checksums } from "./checksums.ts";
import { noSuchKey, preconditionFailed } from "./s3-errors.ts";

/** Everything about an object but its bytes. */
export interface StoredObject {
  readonly key: string;
  readonly ranges: readonly BlobRange[];
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAt: number;
  /** The HTTP headers that S3 keeps and returns, content-type among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
  readonly tags: readonly { Key: string; Value: string }[];
}

export type NewObject = Omit<StoredObject, "key" | "modifiedAt" | "tags">;

/** A condition on what is there now, as If-None-Match and If-Match state it. */
export interface WriteCondition {
  readonly ifNoneMatch?: string | undefined;
  readonly ifMatch?: string | undefined;
}

/** What happened to an object, told inside the transaction in which it happened. */
export interface ObjectChange {
  readonly bucket: string;
  readonly key: string;
  readonly reason:
    | "PutObject"
    | "PostObject"
    | "CopyObject"
    | "CompleteMultipartUpload"
    | "DeleteObject";
  readonly sizeBytes: number;
  readonly etag: string;
  /** Grows with every change, in hexadecimal, so that a reader can tell which event is newer. */
  readonly sequencer: string;
}

interface ObjectRow {
  key: string;
  ranges: string;
  size_bytes: number;
  etag: string;
  modified_at: number;
  headers: string;
  metadata: string;
  checksums: string;
  tags: string;
}

/** Objects of every bucket. An object becomes visible, and its event is sent, in one transaction. */
export class ObjectStore {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #onChange: (change: ObjectChange) => void;

  constructor(database: Database, blobs: BlobStore, onChange: (change: ObjectChange) => void) {
    this.#database = database;
    this.#blobs = blobs;
    this.#onChange = onChange;
    database.define(`
      CREATE TABLE IF NOT EXISTS s3_objects (
        bucket TEXT, key TEXT, ranges TEXT NOT NULL, size_bytes INTEGER NOT NULL, etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL, headers TEXT NOT NULL, metadata TEXT NOT NULL,
        checksums TEXT NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS s3_sequence (number INTEGER PRIMARY KEY AUTOINCREMENT)`);
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#database.find<ObjectRow>(
      "SELECT * FROM s3_objects WHERE bucket=? AND key=?",
      bucket,
      key,
    );
    return row && toObject(row);
  }

  get(bucket: string, key: string): StoredObject {
    const object = this.find(bucket, key);
    if (!object) throw noSuchKey();
    return object;
  }

  /** Makes the object visible if the condition holds, together with its event and whatever `alongside` writes. */
  put(
    { bucket, key, reason }: Pick<ObjectChange, "bucket" | "key" | "reason">,
    object: NewObject,
    condition: WriteCondition,
    alongside: () => void = () => {},
  ): StoredObject {
    const stored = { ...object, key, modifiedAt: Date.now(), tags: [] };
    const replaced = this.#database.transaction(() => {
      const current = this.find(bucket, key);
      checkCondition(current, condition);
      this.#insert(bucket, stored);
      alongside();
      this.#emit({ bucket, key, reason, sizeBytes: object.sizeBytes, etag: object.etag });
      return current;
    });
    if (replaced) this.#blobs.remove(replaced.ranges);
    return stored;
  }

  setTags(bucket: string, key: string, tags: StoredObject["tags"]): void {
    this.#database.run(
      "UPDATE s3_objects SET tags=? WHERE bucket=? AND key=?",
      JSON.stringify(tags),
      bucket,
      key,
    );
  }

  /** Deletes the object if it is there. */
  remove(bucket: string, key: string): void {
    const removed = this.#database.transaction(() => {
      const current = this.find(bucket, key);
      if (!current) return undefined;
      this.#database.run("DELETE FROM s3_objects WHERE bucket=? AND key=?", bucket, key);
      this.#emit({ bucket, key, reason: "DeleteObject", sizeBytes: 0, etag: current.etag });
      return current;
    });
    if (removed) this.#blobs.remove(removed.ranges);
  }

  /** Objects in key order from `after` on (`inclusive` or not), at most `limit`. */
  list(bucket: string, after: string, inclusive: boolean, limit: number): StoredObject[] {
    return this.#database
      .list<ObjectRow>(
        `SELECT * FROM s3_objects WHERE bucket=? AND key${inclusive ? ">=" : ">"}? ORDER BY key LIMIT ?`,
        bucket,
        after,
        limit,
      )
      .map(toObject);
  }

  listBlobs(): string[] {
    return this.#database
      .list<{ ranges: string }>("SELECT ranges FROM s3_objects")
      .flatMap(({ ranges }) => (JSON.parse(ranges) as BlobRange[]).map(({ blob }) => blob));
  }

  #insert(bucket: string, object: StoredObject): void {
    this.#database.run(
      "INSERT OR REPLACE INTO s3_objects VALUES (?,?,?,?,?,?,?,?,?,?)",
      bucket,
      object.key,
      JSON.stringify(object.ranges),
      object.sizeBytes,
      object.etag,
      object.modifiedAt,
      JSON.stringify(object.headers),
      JSON.stringify(object.metadata),
      JSON.stringify(object.checksums),
      JSON.stringify(object.tags),
    );
  }

  #emit(change: Omit<ObjectChange, "sequencer">): void {
    const { insertedRow } = this.#database.run("INSERT INTO s3_sequence VALUES (NULL)");
    this.#database.run("DELETE FROM s3_sequence WHERE number<?", insertedRow);
    this.#onChange({
      ...change,
      sequencer: insertedRow.toString(16).padStart(16, "0").toUpperCase(),
    });
  }
}

function checkCondition(
  current: StoredObject | undefined,
  { ifNoneMatch, ifMatch }: WriteCondition,
): void {
  if (ifNoneMatch === "*" && current) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey();
  if (ifMatch !== "*" && ifMatch.replaceAll('"', "") !== current.etag.replaceAll('"', "")) {
    throw preconditionFailed("If-Match");
  }
}

function toObject(row: ObjectRow): StoredObject {
  return {
    key: row.key,
    ranges: JSON.parse(row.ranges),
    sizeBytes: row.size_bytes,
    etag: row.etag,
    modifiedAt: row.modified_at,
    headers: JSON.parse(row.headers),
    metadata: JSON.parse(row.metadata),
    checksums: JSON.parse(row.checksums),
    tags: JSON.parse(row.tags),
  };
}
