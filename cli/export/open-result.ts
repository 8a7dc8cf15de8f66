import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { artifactNames, ResultManifest } from "../../contracts/artifact.ts";
import type { FrameDetections } from "../../contracts/detection.ts";
import { JobId } from "../../contracts/job-id.ts";
import { withRetries } from "../client/retry.ts";
import { CommandError } from "../faults.ts";
import type { Session } from "../session.ts";
import { fetchBytes, NetworkFault } from "../client/fetch-bytes.ts";
import { readDetections } from "./read-detections.ts";
import { verified } from "../client/verified.ts";

/** A finished result, wherever it lies. */
export interface OpenResult {
  readonly manifest: ResultManifest;
  /** From the first on, each time it is called. */
  readonly frames: () => AsyncIterable<FrameDetections>;
}

/** The result that was saved in a folder of this name, else that of the job with this id. */
export async function openResult(session: Session, jobOrFolder: string): Promise<OpenResult> {
  const folder = resolve(session.workingDirectory, jobOrFolder);
  const saved = await readFile(join(folder, artifactNames.manifest), "utf8").catch(() => undefined);
  if (saved !== undefined) return savedResult(folder, saved);
  if (JobId.safeParse(jobOrFolder).success) return jobResult(session, jobOrFolder);
  throw new CommandError(`${jobOrFolder} is no job's id, and no folder with a result.`, {
    hint: `Jobs are listed by: ${session.commandName} jobs ls. Folders are made by --out of detect and jobs get.`,
  });
}

function savedResult(folder: string, saved: string): OpenResult {
  const manifest = manifestOf(saved, join(folder, artifactNames.manifest));
  const entry = detectionsOf(manifest.artifacts);
  const path = join(folder, entry.name);
  return { manifest, frames: () => readDetections(createReadStream(path), entry) };
}

async function jobResult(session: Session, jobId: string): Promise<OpenResult> {
  const { signal } = session;
  const links = await session.connect().client.getResults(jobId, { signal });
  const read = await withRetries(
    () => text(verified(fetchBytes(links.manifest.url, signal), links.manifest)),
    { signal, mayPass: (error) => error instanceof NetworkFault },
  );
  const manifest = manifestOf(read, links.manifest.name);
  const entry = detectionsOf(manifest.artifacts);
  const { url } = detectionsOf(links.artifacts);
  return { manifest, frames: () => readDetections(fetchBytes(url, signal), entry) };
}

function manifestOf(json: string, where: string): ResultManifest {
  try {
    return ResultManifest.parse(JSON.parse(json));
  } catch (cause) {
    throw new CommandError(`${where} is not the manifest of a result.`, { cause });
  }
}

function detectionsOf<Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry {
  const found = entries.find(({ name }) => name === artifactNames.detections);
  if (!found) throw new CommandError(`The result has no ${artifactNames.detections}.`);
  return found;
}
