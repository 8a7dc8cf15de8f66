import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { conclude } from "../../models/inspect/conclude.ts";
import { manifestOf } from "../../models/inspect/inspect-model.ts";
import { lookAtModel } from "../derive-manifest.ts";
import { answersIn } from "../model-flags.ts";
import { builtInManifestOf } from "../model-manifest.ts";
import { modelFile } from "../model-file.ts";
import type { Session } from "../session.ts";
import { settleQuestions } from "../settle-questions.ts";
import { showInspection } from "../show-inspection.ts";
import { collected, flagTexts } from "./model-flag-texts.ts";

/** `model inspect`: says what a model is, how sure that is, and why; writes the manifest where asked to. */
export function addModelInspect(model: Command, session: Session): void {
  const { output, workingDirectory, signal } = session;
  model
    .command("inspect")
    .description("say how an ONNX file would be fed and read, how sure that is, and why")
    .argument("<file>", "the ONNX file")
    .option("--write-manifest <out>", "write the manifest there; asks where it is not sure")
    .option("--classes <which>", flagTexts.classes)
    .option("--set <key=value>", flagTexts.set, collected)
    .option("--yes", flagTexts.yes)
    .option("--name <name>", "another name than the file's")
    .option("--json", "print one object")
    .action(async (path, flags) => {
      await using file = await modelFile(resolve(workingDirectory, path), signal);
      const builtIn = builtInManifestOf(file);
      if (builtIn)
        output.words(`This is the built-in model ${builtIn.name}, whose manifest is known.`);
      const answers = await answersIn(flags, workingDirectory);
      const look = await lookAtModel(file, answers, signal);
      showInspection(output, conclude(look, answers), flags);
      if (flags.writeManifest === undefined) return;

      const manifest = manifestOf(await settleQuestions(look, answers, session));
      const out = resolve(workingDirectory, flags.writeManifest);
      await writeFile(out, `${JSON.stringify(manifest, undefined, 2)}\n`);
      output.words(`Wrote ${out}`);
    });
}
