import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { limits } from "../../contracts/limits.ts";

const UnfinishedUpload = z.object({
  idempotency_key: z.string(),
  /** Of S3's multipart upload, once there is one. */
  upload_id: z.string().optional(),
  saved_at: z.iso.datetime(),
});
export type UnfinishedUpload = Omit<z.infer<typeof UnfinishedUpload>, "saved_at">;

/** What a later command must know to go on where this one was stopped. */
export interface UploadMemory {
  recall(upload: string): Promise<UnfinishedUpload | undefined>;
  keep(upload: string, unfinished: UnfinishedUpload): Promise<void>;
  forget(upload: string): Promise<void>;
}

/** Keeps unfinished uploads in a folder, one small file each. */
export function folderUploadMemory(folder: string, now: () => number): UploadMemory {
  const pathOf = (upload: string) =>
    join(folder, `${createHash("sha256").update(upload).digest("hex").slice(0, 32)}.json`);

  return {
    async recall(upload) {
      const text = await readFile(pathOf(upload), "utf8").catch(() => undefined);
      if (text === undefined) return undefined;

      const read = UnfinishedUpload.safeParse(parseJson(text));
      // Later the API has forgotten the key, and the job has expired.
      const fresh =
        read.success && now() - Date.parse(read.data.saved_at) < limits.idempotencySeconds * 1000;
      if (fresh) return read.data;
      await rm(pathOf(upload), { force: true });
      return undefined;
    },

    async keep(upload, unfinished) {
      const path = pathOf(upload);
      await mkdir(folder, { recursive: true });
      const saved = { ...unfinished, saved_at: new Date(now()).toISOString() };
      await writeFile(`${path}.new`, JSON.stringify(saved), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },

    forget: (upload) => rm(pathOf(upload), { force: true }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
