import { ModelManifest } from "../../../contracts/model.ts";
import type { Claim, Patch } from "../claim.ts";
import { readJson, type SidecarFiles } from "./sidecar-files.ts";

/**
 * A manifest of ours beside the model (`players.json` for `players.onnx`), as what it says of each part. Where it names the
 * digest of another file it is left alone, and so is one that is not complete; the warning says so.
 */
export async function ownManifestClaims(
  files: SidecarFiles,
  file: { readonly sha256: string; readonly sizeBytes: number },
): Promise<{ readonly claims: readonly Claim[]; readonly warning?: string }> {
  const name = `${files.stem}.json`;
  const json = await readJson(files, name);
  if (json?.["schema"] !== "framequeue.model/1") return { claims: [] };

  const said = (json["file"] ?? {}) as { readonly sha256?: unknown };
  if (said.sha256 !== undefined && said.sha256 !== file.sha256) {
    return { claims: [], warning: `${name} is the manifest of another file and was not used.` };
  }
  const facts = { sha256: file.sha256, size_bytes: file.sizeBytes };
  const read = ModelManifest.safeParse({ ...json, file: facts });
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join(".")).join(", ");
    return { claims: [], warning: `${name} is not complete (${fields}) and was not used.` };
  }
  return { claims: claimsOf(read.data, name) };
}

function claimsOf(manifest: ModelManifest, name: string): readonly Claim[] {
  const { width, height, channels, scale, mean, std, resize, anchor, pad, ...input } =
    manifest.input;
  const patches: Readonly<Record<string, Patch>> = {
    family: { family: manifest.family },
    output: { output: manifest.output, post: manifest.post },
    input: { input },
    size: { input: { width, height } },
    pixels: { input: { channels, scale, mean, std } },
    fit: { input: { resize, anchor, pad } },
    classes: { classes: manifest.classes },
    name: { name: manifest.name },
    version: { version: manifest.version },
    licence: { licence: manifest.licence },
    ...(manifest.description !== undefined && {
      description: { description: manifest.description },
    }),
  };
  return Object.entries(patches).map(([part, patch]) => ({
    part: part as Claim["part"],
    by: "sidecar",
    confidence: 0.99,
    why: `${name} beside the model`,
    patch,
  }));
}
