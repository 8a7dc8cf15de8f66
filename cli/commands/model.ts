import { resolve } from "node:path";
import { limits } from "../../contracts/limits.ts";
import type { AddModelResponse } from "../../contracts/api.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { ApiError } from "../client/api-error.ts";
import { formatBytes } from "../client/format.ts";
import { withRetries } from "../client/retry.ts";
import { sendToStore } from "../client/send-to-store.ts";
import { StoreError } from "../client/store-error.ts";
import { videoFile } from "../client/video-file.ts";
import { CommandError } from "../faults.ts";
import type { ModelFile } from "../model-manifest.ts";
import { manifestFor, sha256Of } from "../model-manifest.ts";
import type { Program } from "../program.ts";
import type { Session } from "../session.ts";

/** `model …`: brings models of one's own. */
export function addModel(program: Program, session: Session): void {
  const { output, workingDirectory, signal, commandName } = session;
  program
    .command("model")
    .description("bring a model of your own")
    .command("add")
    .description("register an ONNX file; a pipeline of its name appears")
    .argument("<file>", "the ONNX file")
    .option(
      "--manifest <file>",
      "how to feed and to read it (docs/models.md); not needed for built-in models",
    )
    .option("--name <name>", "another name than the manifest's")
    .option("--json", "print one object")
    .action(async (path, flags) => {
      const { path: filePath, sizeBytes } = await videoFile(resolve(workingDirectory, path));
      if (sizeBytes > limits.modelBytesMax) {
        throw new CommandError(
          `${path} has ${formatBytes(sizeBytes)}; at most ${formatBytes(limits.modelBytesMax)} are taken.`,
        );
      }
      const file = { path: filePath, sizeBytes, sha256: await sha256Of(filePath, signal) };
      const manifest = await manifestFor(file, {
        name: flags.name,
        ...(flags.manifest !== undefined && {
          manifestPath: resolve(workingDirectory, flags.manifest),
        }),
      });
      const { upload, ...added } = await send(session, file, manifest);

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

async function send(
  session: Session,
  file: ModelFile,
  manifest: ModelManifest,
): Promise<AddModelResponse> {
  const { output, signal } = session;
  const { client } = session.connect();
  return withRetries(
    async () => {
      const added = await client.addModel({ manifest }, { signal });
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
