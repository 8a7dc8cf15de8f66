import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Pipeline } from "../../contracts/pipeline.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { sha256Of } from "../../models/file-sha256.ts";
import type { Finding } from "./finding.ts";
import { broken, ok, warning } from "./finding.ts";

const models = join(import.meta.dirname, "../../models");
const answerMs = 8000;

/** Whether each pipeline's model can be had, as far as it can be seen from here. */
export const checkModels = (
  pipelines: readonly Pipeline[],
  signal: AbortSignal,
): Promise<Finding[]> => Promise.all(pipelines.map((pipeline) => checkModel(pipeline, signal)));

async function checkModel({ pipeline_id, model }: Pipeline, signal: AbortSignal): Promise<Finding> {
  const hop = `model ${pipeline_id}`;
  const manifest = builtInManifests.find(({ file }) => file.sha256 === model.sha256);
  if (!manifest) return ok(hop, `was added to the system (sha256 ${model.sha256.slice(0, 12)}…)`);

  const { path, url } = manifest.file;
  if (path !== undefined)
    return checkFile(hop, join(models, manifest.name, path), manifest, signal);
  if (url === undefined) return ok(hop, "its file comes by `framequeue model add FILE`");

  const reachable = await fetch(url, {
    method: "HEAD",
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  })
    .then(({ ok }) => ok)
    .catch(() => false);
  if (reachable) return ok(hop, "workers fetch it on first use; its address answers");
  return warning(
    hop,
    `workers fetch it on first use, but its address does not answer from here: ${url}`,
    "Workers with a wider network, or that have it already, are not concerned. Else get the file elsewhere and give it with `framequeue model add FILE`.",
  );
}

async function checkFile(
  hop: string,
  path: string,
  { file }: ModelManifest,
  signal: AbortSignal,
): Promise<Finding> {
  const restore = `Restore it: git checkout -- ${path}`;
  if (!existsSync(path)) return broken(hop, `${path} is not there`, restore);
  const intact = (await sha256Of(path, signal)) === file.sha256;
  return intact
    ? ok(hop, "is part of the checkout, and intact")
    : broken(hop, `${path} is not the file that its manifest names`, restore);
}
