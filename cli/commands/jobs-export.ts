import { resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import type { Command } from "@commander-js/extra-typings";
import type { ResultManifest } from "../../contracts/artifact.ts";
import { chosen } from "../../contracts/exports/chosen.ts";
import type { Choice } from "../../contracts/exports/chosen.ts";
import type { ExportFormat, Frames } from "../../contracts/exports/export-format.ts";
import type { ExportName } from "../../contracts/exports/formats.ts";
import { exportFormats, exportNames } from "../../contracts/exports/formats.ts";
import { stemOf } from "../../contracts/exports/names.ts";
import { formatCount } from "../client/format.ts";
import { withRetries } from "../client/retry.ts";
import { namesFrom, numberFrom } from "../detect-request.ts";
import { NetworkFault } from "../client/fetch-bytes.ts";
import { openResult } from "../export/open-result.ts";
import { refuseWhatIsThere, writeExport } from "../export/write-export.ts";
import { CommandError, UsageError } from "../faults.ts";
import type { Session } from "../session.ts";

/** `jobs export`: a finished job's detections in the format of another program. */
export function addJobsExport(jobs: Command, session: Session): void {
  const { output, signal, workingDirectory } = session;
  jobs
    .command("export")
    .description("write a finished job's detections in another program's format")
    .argument("<id|folder>", "the job, or the folder where its result was saved")
    .addOption(new Option("--format <format>", "which").choices(exportNames).makeOptionMandatory())
    .option("--out <path>", "the file or folder to make (else one named after the video, here)")
    .option(
      "--score-min <n>",
      "detections from this score on (else from where the page shows them)",
      numberFrom({ min: 0, max: 1 }),
    )
    .option("--classes <a,b>", "only these classes", namesFrom)
    .action(async (jobOrFolder, { format: name, out, scoreMin, classes }) => {
      const { manifest, frames } = await openResult(session, jobOrFolder);
      const format: ExportFormat = exportFormats[name];
      refuseWhatIsEmpty(manifest, name, classes);
      const path = resolve(workingDirectory, out ?? stemOf(manifest.filename) + format.suffix);
      await refuseWhatIsThere(path);

      const { summary } = manifest;
      const choice = {
        scoreMin: scoreMin ?? summary.score_shown,
        classes,
        tracksOnly: format.tracksOnly,
      };
      const written = await withRetries(
        async () => {
          const counted = countedFrames(frames(), choice, (count) => {
            output.progress.show({
              label: "export",
              fraction: count / Math.max(1, summary.frames_analysed),
              detail: `${formatCount(count)} of ${formatCount(summary.frames_analysed)} frames`,
            });
          });
          await writeExport(path, { format, manifest, frames: counted.frames }, signal);
          return counted;
        },
        { signal, mayPass: (error) => error instanceof NetworkFault },
      );
      output.words(
        `${formatCount(written.detections())} detections from a score of ${choice.scoreMin} on:`,
      );
      output.data(path);
    });
}

/** Rejects what could only make an empty file. */
function refuseWhatIsEmpty(
  { model, settings }: ResultManifest,
  name: ExportName,
  classes: readonly string[] | undefined,
): void {
  const unknown = classes?.find((each) => !model.classes.includes(each));
  if (unknown !== undefined) {
    throw new UsageError(`The model of this job has no class ${unknown}.`, {
      hint: `It has: ${model.classes.join(", ")}`,
    });
  }
  const format: ExportFormat = exportFormats[name];
  if (format.tracksOnly && settings.tracker === "none") {
    throw new CommandError(`${name} holds tracks only, and this job ran without a tracker.`, {
      hint: "Take another format, or repeat the job with --tracker byte-track.",
    });
  }
}

/** The chosen detections, and how many have gone by. */
function countedFrames(
  frames: Frames,
  choice: Choice,
  onFrame: (count: number) => void,
): { readonly frames: Frames; readonly detections: () => number } {
  let [seen, detections] = [0, 0];
  return {
    frames: (async function* () {
      for await (const frame of chosen(frames, choice)) {
        detections += frame.detections.length;
        onFrame(++seen);
        yield frame;
      }
    })(),
    detections: () => detections,
  };
}
