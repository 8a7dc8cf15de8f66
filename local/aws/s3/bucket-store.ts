import type { Database } from "../state/database.ts";
import { AwsError } from "../aws-error.ts";
import { noSuchBucket } from "./s3-errors.ts";

/** Which origins may do what from a page, and what they may read of the answer. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** S3's own notification of a queue, next to the one through EventBridge. */
export interface QueueNotification {
  readonly id?: string;
  readonly queueArn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface BucketConfiguration {
  readonly cors?: readonly CorsRule[];
  readonly eventBridgeEnabled?: boolean;
  readonly notificationQueues?: readonly QueueNotification[];
  /** Kept for whoever asks; nothing acts on it here. */
  readonly lifecycle?: unknown;
  /** Control bodies of sub-resources that are stored and returned, but not enforced. */
  readonly stored?: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly configuration: BucketConfiguration;
}

interface BucketRow {
  name: string;
  created_at: number;
  configuration: string;
}

/** Buckets and what was configured on them. */
export class BucketStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.define(`CREATE TABLE IF NOT EXISTS s3_buckets (
      name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, configuration TEXT NOT NULL)`);
  }

  /** Makes a bucket if it is not there yet; one that is keeps its objects and configuration. */
  insert(name: string): void {
    if (!/^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError(400, "InvalidBucketName", `The specified bucket is not valid: ${name}`);
    }
    this.#database.run("INSERT OR IGNORE INTO s3_buckets VALUES (?,?,'{}')", name, Date.now());
  }

  configure(name: string, change: BucketConfiguration): void {
    const configuration = { ...this.get(name).configuration, ...change };
    this.#database.run(
      "UPDATE s3_buckets SET configuration=? WHERE name=?",
      JSON.stringify(configuration),
      name,
    );
  }

  find(name: string): Bucket | undefined {
    const row = this.#database.find<BucketRow>("SELECT * FROM s3_buckets WHERE name=?", name);
    return row && toBucket(row);
  }

  /** The bucket; one that is not there is refused as S3 refuses it. */
  get(name: string): Bucket {
    const bucket = this.find(name);
    if (!bucket) throw noSuchBucket();
    return bucket;
  }

  list(): Bucket[] {
    return this.#database.list<BucketRow>("SELECT * FROM s3_buckets ORDER BY name").map(toBucket);
  }

  remove(name: string): void {
    this.#database.run("DELETE FROM s3_buckets WHERE name=?", name);
  }
}

function toBucket({ name, created_at, configuration }: BucketRow): Bucket {
  return { name, createdAt: created_at, configuration: JSON.parse(configuration) };
}
