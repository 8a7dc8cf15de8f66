import type { Command } from "@commander-js/extra-typings";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  kaggleMetadata,
  kaggleNotebook,
  kaggleNotebookFile,
} from "../../contracts/kaggle-notebook.ts";
import type { Session } from "../session.ts";

/** `worker kaggle init`: writes the notebook that makes a Kaggle session a worker. */
export function addWorkerKaggle(
  worker: Command,
  { output, workingDirectory }: Pick<Session, "output" | "workingDirectory">,
): void {
  worker
    .command("kaggle")
    .description("use Kaggle's GPUs")
    .command("init")
    .description("write a notebook, and kernel-metadata.json for `kaggle kernels push`")
    .argument("[folder]", "where to", "kaggle")
    .option(
      "--package <source>",
      "what the notebook installs, if not the system's own worker: a package, or a tarball's address",
    )
    .action(async (folder, { package: packageSource }) => {
      const directory = resolve(workingDirectory, folder);
      await mkdir(directory, { recursive: true });
      const notebook = kaggleNotebook(packageSource === undefined ? {} : { packageSource });
      await writeFile(join(directory, kaggleNotebookFile), notebook);
      await writeFile(join(directory, "kernel-metadata.json"), kaggleMetadata());
      output.data(join(directory, kaggleNotebookFile));
      output.words(
        "Attach the secret FRAMEQUEUE_WORKER to it on Kaggle: `framequeue worker token create kaggle` makes one.",
      );
    });
}
