import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ResultManifest } from "../contracts/artifact.ts";
import type { ArtifactEntry } from "../contracts/artifact.ts";
import type { ResultsView } from "../contracts/api.ts";
import { withRetries } from "./client/retry.ts";
import { CommandError } from "./faults.ts";
import { refuseOtherResults } from "./refuse-other-results.ts";

interface SaveOptions {
  readonly signal: AbortSignal;
  readonly onFile: (name: string) => void;
}

/** Saves manifest and artifacts into the folder, where no other job's are. Nothing is left there whose digest is not the manifest's. */
export async function saveResults(
  { job_id, manifest, artifacts }: ResultsView,
  folder: string,
  { signal, onFile }: SaveOptions,
): Promise<void> {
  await refuseOtherResults(folder, job_id);
  await mkdir(folder, { recursive: true });
  await saveFile(manifest, manifest.url, folder, signal);
  onFile(manifest.name);

  // The manifest's digests and not the list's: what was published says itself what it consists of.
  const text = await readFile(join(folder, manifest.name), "utf8");
  const parts = ResultManifest.parse(JSON.parse(text)).artifacts;
  for (const part of parts) {
    const url = artifacts.find(({ name }) => name === part.name)?.url;
    if (!url) throw new CommandError(`${part.name}: the results have no link for it.`);
    await saveFile(part, url, folder, signal);
    onFile(part.name);
  }
}

class NetworkFault extends CommandError {}

async function saveFile(
  { name, sha256, size_bytes }: ArtifactEntry,
  url: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  // The name comes over the network and becomes a path here.
  if (!/^[\w-][\w.-]*$/.test(name)) throw new CommandError(`${name}: not a file name.`);
  const path = join(folder, name);
  const partPath = `${path}.part`;
  try {
    const got = await withRetries(() => download(url, partPath, signal), {
      signal,
      mayPass: (error) => error instanceof NetworkFault,
    });
    if (got.sha256 !== sha256 || got.sizeBytes !== size_bytes) {
      throw new CommandError(`${name}: the bytes that came are not those of the manifest.`, {
        hint: `sha256 should be ${sha256} (${size_bytes} bytes), is ${got.sha256} (${got.sizeBytes} bytes). Nothing was saved.`,
      });
    }
    await rename(partPath, path);
  } catch (error) {
    await rm(partPath, { force: true });
    throw error;
  }
}

async function download(
  url: string,
  path: string,
  signal: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> {
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new NetworkFault(`${new URL(url).origin} does not answer.`, { cause });
  });
  if (!answer.ok || !answer.body) {
    const Fault = answer.status >= 500 ? NetworkFault : CommandError;
    throw new Fault(`The storage refuses a result: ${answer.status}.`);
  }

  const hash = createHash("sha256");
  let sizeBytes = 0;
  await pipeline(
    answer.body,
    async function* measured(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path),
    { signal },
  ).catch((cause: unknown) => {
    signal.throwIfAborted();
    // A full disk has a code of its own; what undici throws for a broken line has none of the file system's.
    if ((cause as NodeJS.ErrnoException).syscall) throw cause;
    throw new NetworkFault("A result broke off while it was read.", { cause });
  });
  return { sha256: hash.digest("hex"), sizeBytes };
}
