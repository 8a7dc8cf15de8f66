import type { JobId } from "./job-id.ts";

/** Every S3 key of the media bucket is spelled here and nowhere else. No user text but under inbox/. */
export const keys = {
  uploads: "uploads/",
  inbox: "inbox/",
  results: "results/",
  models: "models/",
  pipelines: "pipelines/",

  upload: (jobId: JobId) => `uploads/${jobId}/source`,
  uploadFolder: (jobId: JobId) => `uploads/${jobId}/`,

  resultFolder: (jobId: JobId) => `results/${jobId}/`,
  /** Only the holder of this fence writes here, and only once. */
  fenceFolder: (jobId: JobId, run: number, fence: number) => `results/${jobId}/r${run}/f${fence}/`,
  artifact: (jobId: JobId, run: number, fence: number, name: string) =>
    `results/${jobId}/r${run}/f${fence}/${name}`,
  /** Of one segment: the plan's folder, and the fence of the segment's own lease. */
  segmentPart: (jobId: JobId, run: number, planFence: number, index: number, fence: number) =>
    `results/${jobId}/r${run}/f${planFence}/segments/${String(index).padStart(5, "0")}-f${fence}.ndjson.gz`,

  /** The file, and its manifests. */
  modelFolder: (sha256: string) => `models/${sha256}/`,
  modelFile: (sha256: string) => `models/${sha256}/model.onnx`,
  /** By its own digest: two pipelines may read one file differently. Those of before had one manifest for a file. */
  modelManifest: ({
    sha256,
    manifest_sha256: own,
  }: {
    sha256: string;
    manifest_sha256?: string | undefined;
  }) => `models/${sha256}/manifest${own === undefined ? "" : `-${own}`}.json`,
  pipeline: (pipelineId: string) => `pipelines/${pipelineId}.json`,
} as const;

export type SourceKey =
  | { readonly kind: "upload"; readonly jobId: string }
  | { readonly kind: "inbox"; readonly owner: string; readonly filename: string };

/** What an object's key says about whose video it is; undefined for every other key. */
export function parseSourceKey(key: string): SourceKey | undefined {
  const upload = /^uploads\/([^/]+)\/source$/.exec(key);
  if (upload) return { kind: "upload", jobId: upload[1]! };

  const inbox = /^inbox\/([^/]+)\/(?:.*\/)?([^/]+)$/.exec(key);
  if (inbox) return { kind: "inbox", owner: inbox[1]!, filename: inbox[2]! };

  return undefined;
}

/** Under whose run and fence an object of a result was put; undefined for every other key. */
export function parseResultKey(
  key: string,
): { readonly run: number; readonly fence: number } | undefined {
  const parts = /^results\/[^/]+\/r(\d+)\/f(\d+)\//.exec(key);
  return parts ? { run: Number(parts[1]), fence: Number(parts[2]) } : undefined;
}
