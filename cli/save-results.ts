import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ResultManifest } from "../contracts/artifact.ts";
import type { ArtifactEntry } from "../contracts/artifact.ts";
import type { ResultsView } from "../contracts/api.ts";
import { fetchBytes, NetworkFault } from "./client/fetch-bytes.ts";
import { withRetries } from "./client/retry.ts";
import { verified } from "./client/verified.ts";
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

async function saveFile(
  entry: ArtifactEntry,
  url: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { name } = entry;
  // It comes over the network and becomes a path here.
  if (!/^[\w-][\w.-]*$/.test(name)) throw new CommandError(`${name}: not a file name.`);
  const path = join(folder, name);
  const partPath = `${path}.part`;
  try {
    await withRetries(
      () => pipeline(verified(fetchBytes(url, signal), entry), createWriteStream(partPath)),
      { signal, mayPass: (error) => error instanceof NetworkFault },
    );
    await rename(partPath, path);
  } catch (error) {
    await rm(partPath, { force: true });
    throw error;
  }
}
