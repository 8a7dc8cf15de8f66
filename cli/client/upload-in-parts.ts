import { stat } from "node:fs/promises";
import type { SignUploadRequest, UploadView } from "../../contracts/api.ts";
import type { Part } from "./s3-xml.ts";
import { elementText, readParts, writeParts } from "./s3-xml.ts";
import type { FileRange, StoreAnswer } from "./send-to-store.ts";
import { FileChangedError } from "./send-to-store.ts";
import { StoreError } from "./store-error.ts";
import type { VideoFile } from "./video-file.ts";

/** More would not fill a line better, and each holds a connection. */
const partsAtOnce = 4;

/** Signs one S3 operation of the job's upload and sends it, with retries. */
export type UploadCall = (
  operation: SignUploadRequest,
  body: string | FileRange,
  options: { signal?: AbortSignal | undefined; onBytes?: (bytes: number) => void },
) => Promise<StoreAnswer>;

export interface PartsOptions {
  readonly multipart: Pick<UploadView["multipart"], "part_size_bytes">;
  /** Of an earlier command that was stopped. */
  readonly uploadId?: string | undefined;
  readonly onUploadId: (uploadId: string) => Promise<void>;
  readonly onBytes: (bytes: number) => void;
  /** Whether the store has the whole video. */
  readonly hasArrived: () => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends the file in parts, none that the store has already; the store joins them. */
export async function uploadInParts(
  call: UploadCall,
  file: VideoFile,
  { multipart, uploadId: earlier, onUploadId, onBytes, hasArrived, signal }: PartsOptions,
): Promise<void> {
  let stored: readonly Part[] | undefined;
  if (earlier !== undefined) {
    stored = await listParts(earlier);
    if (!stored && (await hasArrived())) return;
  }
  const uploadId = stored ? earlier! : await create();

  const ranges = cut(file, multipart.part_size_bytes);
  const parts = new Map<number, Part>();
  for (const part of stored ?? []) {
    const range = ranges[part.partNumber - 1];
    if (range && range.end - range.start === part.sizeBytes) parts.set(part.partNumber, part);
  }

  const bytesByPart = ranges.map((_, index) => parts.get(index + 1)?.sizeBytes ?? 0);
  const report = () => onBytes(bytesByPart.reduce((sum, bytes) => sum + bytes, 0));
  report();

  const missing = [...ranges.keys()].filter((index) => !parts.has(index + 1));
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;

  async function sendParts(): Promise<void> {
    for (let index = missing.shift(); index !== undefined; index = missing.shift()) {
      const range = ranges[index]!;
      const taken = index;
      const { etag } = await call(
        { operation: "upload_part", upload_id: uploadId, part_number: index + 1 },
        range,
        {
          signal: stop,
          onBytes(bytes) {
            bytesByPart[taken] = bytes;
            report();
          },
        },
      );
      if (!etag) throw new Error("The storage gave a part no ETag.");
      parts.set(index + 1, { partNumber: index + 1, etag, sizeBytes: range.end - range.start });
    }
  }

  const senders = Array.from({ length: partsAtOnce }, () =>
    sendParts().catch((error: unknown) => failed.abort(error)),
  );
  await Promise.all(senders);
  stop.throwIfAborted();

  await assertUnchanged(file);
  await complete();

  async function listParts(uploadId: string): Promise<Part[] | undefined> {
    try {
      const { text } = await call({ operation: "list_parts", upload_id: uploadId }, "", { signal });
      return readParts(text);
    } catch (error) {
      if (error instanceof StoreError && error.code === "NoSuchUpload") return undefined;
      throw error;
    }
  }

  async function create(): Promise<string> {
    const { text } = await call({ operation: "create_multipart" }, "", { signal });
    const uploadId = elementText(text, "UploadId");
    if (!uploadId) throw new Error("The storage gave the upload no id.");
    await onUploadId(uploadId);
    return uploadId;
  }

  async function complete(): Promise<void> {
    const inOrder = [...parts.values()].sort((one, other) => one.partNumber - other.partNumber);
    try {
      await call({ operation: "complete_multipart", upload_id: uploadId }, writeParts(inOrder), {
        signal,
      });
    } catch (error) {
      // The answer to an earlier try was lost: the parts are joined and the upload is gone.
      const gone = error instanceof StoreError && error.code === "NoSuchUpload";
      if (!gone || !(await hasArrived())) throw error;
    }
  }
}

function cut(file: VideoFile, partBytes: number): FileRange[] {
  const ranges: FileRange[] = [];
  for (let start = 0; start < file.sizeBytes; start += partBytes) {
    ranges.push({ file, start, end: Math.min(file.sizeBytes, start + partBytes) });
  }
  return ranges;
}

async function assertUnchanged({ path, sizeBytes, modifiedAt }: VideoFile): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  if (size !== sizeBytes || Math.trunc(mtimeMs) !== modifiedAt) throw new FileChangedError(path);
}
