import { resolve } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { AddModelRequest, AddModelResponse } from "../../contracts/api.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { refuseForeign } from "../../models/inspect/refuse-misfit.ts";
import { readModel } from "../../models/onnx/read-model.ts";
import { ApiError } from "../client/api-error.ts";
import { withRetries } from "../client/retry.ts";
import { sendToStore } from "../client/send-to-store.ts";
import { StoreError } from "../client/store-error.ts";
import { deriveManifest } from "../derive-manifest.ts";
import { UsageError } from "../faults.ts";
import { modelFile } from "../model-file.ts";
import { answersIn, type ModelFlags } from "../model-flags.ts";
import { builtInManifestOf, manifestIn, renamed, type ModelFile } from "../model-manifest.ts";
import type { Session } from "../session.ts";
import { collected, flagTexts } from "./model-flag-texts.ts";

/** `model add`: registers a model with a manifest that was given, is built in, or is derived. */
export function addModelAdd(model: Command, session: Session): void {
  const { output, workingDirectory, signal, commandName } = session;
  model
    .command("add")
    .description("register an ONNX file; a pipeline of its name appears")
    .argument("<file>", "the ONNX file")
    .option(
      "--manifest <file>",
      "how to feed and to read it (docs/models.md); found out where it is not given",
    )
    .option("--name <name>", "another name than the manifest's or the file's")
    .option("--classes <which>", flagTexts.classes)
    .option("--set <key=value>", flagTexts.set, collected)
    .option("--yes", flagTexts.yes)
    .option("--replace", "give the pipeline of this name this model, where it has another")
    .option("--json", "print one object")
    .action(async (path, flags) => {
      await using file = await modelFile(resolve(workingDirectory, path), signal);
      const manifest = renamed(await manifestFor(session, file, flags), flags.name);
      const { upload, ...added } = await send(session, file, {
        manifest,
        ...(flags.replace && { replace: true }),
      });

      output.words(
        upload
          ? `Added ${added.name} (sha256 ${added.sha256})`
          : `The file of ${added.name} is there already.`,
        `Use it:  ${commandName} detect VIDEO --pipeline ${added.pipeline_id}`,
      );
      if (flags.json) output.json(added);
      else output.data(added.pipeline_id);
    });
}

async function manifestFor(
  session: Session,
  file: ModelFile,
  flags: ModelFlags & { readonly manifest?: string | undefined },
): Promise<ModelManifest> {
  const { workingDirectory } = session;
  const isTold = flags.classes !== undefined || flags.set !== undefined;
  if (flags.manifest !== undefined) {
    if (isTold) throw new UsageError("--manifest says it all: leave out --classes and --set.");
    const manifest = await manifestIn(resolve(workingDirectory, flags.manifest), file);
    refuseForeign(manifest, await readModel(file.path));
    return manifest;
  }
  const builtIn = isTold ? undefined : builtInManifestOf(file);
  return builtIn ?? deriveManifest(file, await answersIn(flags, workingDirectory), session);
}

async function send(
  session: Session,
  file: ModelFile,
  request: AddModelRequest,
): Promise<AddModelResponse> {
  const { output, signal } = session;
  const { client } = session.connect();
  return withRetries(
    async () => {
      const added = await client.addModel(request, { signal });
      // At once: it is replaced, whatever becomes of the file.
      if (added.replaced) output.words(replacedWords(added, added.replaced));
      if (!added.upload) return added;

      const onBytes = (bytes: number) =>
        output.progress.show({ label: "upload", fraction: bytes / file.sizeBytes });
      await sendToStore(
        added.upload,
        { file, start: 0, end: file.sizeBytes },
        { signal, onBytes },
      ).catch((error: unknown) => {
        // An earlier try had worked and its answer was lost.
        if (!(error instanceof StoreError && error.status === 412)) throw error;
      });
      return added;
    },
    {
      signal,
      // An API that does not answer is better said at once.
      mayPass: (error) =>
        error instanceof StoreError || (error instanceof ApiError && error.status !== 0)
          ? error.mayPass
          : false,
    },
  );
}

const replacedWords = (
  { pipeline_id, sha256 }: AddModelResponse,
  before: { readonly sha256: string },
): string =>
  before.sha256 === sha256
    ? `Pipeline ${pipeline_id} read the same file by another manifest until now.`
    : `Pipeline ${pipeline_id} ran another file until now, of sha256 ${before.sha256}.`;
