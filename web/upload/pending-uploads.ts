/** An upload that was begun here, as it is kept over a reload. */
export interface PendingUpload {
  readonly jobId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly lastModified: number;
  readonly partBytes: number;
  /** Parts, or one PUT. */
  readonly multipart: boolean;
  /** S3's id of the multipart upload, once it has begun. */
  readonly uploadId?: string | undefined;
  /** Bytes that are safely in the bucket. */
  readonly bytesStored: number;
  readonly begunAt: number;
}

const entry = "framequeue.uploads";
// The API expires a job whose video has not come after a day.
const keptMs = 24 * 3600 * 1000;

/** Uploads that can be continued; anything else that is found in the storage is passed over. */
export function listPending(storage: Storage, now: number): PendingUpload[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(entry) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return (kept as PendingUpload[]).filter(
      ({ jobId, begunAt }) => typeof jobId === "string" && now - begunAt < keptMs,
    );
  } catch {
    return [];
  }
}

/** Writes one upload down, in the place of what was known of its job. */
export function keepPending(storage: Storage, upload: PendingUpload): void {
  const others = listPending(storage, upload.begunAt).filter(({ jobId }) => jobId !== upload.jobId);
  write(storage, [...others, upload]);
}

export function forgetPending(storage: Storage, jobId: string, now: number): void {
  write(
    storage,
    listPending(storage, now).filter((kept) => kept.jobId !== jobId),
  );
}

/** Whether a file is the one whose upload was begun. */
export const isSameFile = (
  upload: Pick<PendingUpload, "name" | "sizeBytes" | "lastModified">,
  file: Pick<File, "name" | "size" | "lastModified">,
): boolean =>
  file.name === upload.name &&
  file.size === upload.sizeBytes &&
  file.lastModified === upload.lastModified;

function write(storage: Storage, uploads: readonly PendingUpload[]): void {
  try {
    storage.setItem(entry, JSON.stringify(uploads));
  } catch {
    // Private windows may refuse; the upload goes on, only a reload forgets it.
  }
}
