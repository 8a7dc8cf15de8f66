import { createHash } from "node:crypto";
import type { ResultsView } from "../../contracts/api.ts";
import { artifactNames, ResultManifest } from "../../contracts/artifact.ts";
import { PermanentError } from "../../contracts/errors.ts";
import type { PublishedResult } from "../../contracts/job.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { MediaBucket, MediaSigner } from "../../contracts/ports/media-bucket.ts";
import { readObject } from "../read-object.ts";
import { findJob } from "./find-job.ts";
import type { RouteRequest } from "./route-request.ts";
import { timeOf } from "./time.ts";

export interface GetResultsDependencies {
  readonly jobs: JobStore;
  readonly bucket: MediaBucket;
  readonly signer: MediaSigner;
  readonly now: () => number;
}

/** Links to what a completed job left behind. The bytes go from the bucket to the client, never through here. */
export function getResults({ jobs, bucket, signer, now }: GetResultsDependencies) {
  return async (ids: Pick<RouteRequest<"getResults">, "owner" | "jobId">): Promise<ResultsView> => {
    const row = await findJob(jobs, ids);
    const { result, source } = row;
    if (row.status !== "completed" || !result || !source) {
      throw new PermanentError("RESULTS_NOT_READY", `The job is ${row.status}.`);
    }
    // Before the first signature, so that no link ends earlier.
    const expiresAt = now() + limits.presignSeconds * 1000;
    const stem = row.filename.replace(/\.[^.]*$/, "");
    const link = async (name: string, contentType: string) => {
      const key = keys.artifact(row.jobId, result.run, result.fence, name);
      return (await signer.get(key, { filename: `${stem}.${name}`, contentType })).url;
    };

    const { bytes, manifest } = await readManifest(bucket, result);
    const contentType = "application/json";
    return {
      job_id: row.jobId,
      run: result.run,
      summary: result.summary,
      manifest: {
        name: artifactNames.manifest,
        content_type: contentType,
        size_bytes: bytes,
        sha256: result.manifestSha256,
        url: await link(artifactNames.manifest, contentType),
      },
      artifacts: await Promise.all(
        manifest.artifacts.map(async (entry) => ({
          ...entry,
          url: await link(entry.name, entry.content_type),
        })),
      ),
      source: {
        filename: row.filename,
        content_type: row.contentType,
        // Without a filename it is shown in place, which a player needs.
        url: (await signer.get(source.key, { contentType: row.contentType })).url,
      },
      expires_at: timeOf(expiresAt),
    };
  };
}

async function readManifest(bucket: MediaBucket, { manifestKey, manifestSha256 }: PublishedResult) {
  const bytes = await readObject(bucket, manifestKey);
  if (!bytes) throw new Error("The manifest of a completed job is missing.");
  if (createHash("sha256").update(bytes).digest("hex") !== manifestSha256) {
    throw new Error("The manifest of a completed job is not the one that was published.");
  }
  return { bytes: bytes.byteLength, manifest: ResultManifest.parse(JSON.parse(bytes.toString())) };
}
