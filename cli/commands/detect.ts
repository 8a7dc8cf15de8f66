import { resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { limits } from "../../contracts/limits.ts";
import { NmsMode, TrackerName } from "../../contracts/pipeline.ts";
import { formatBytes, formatSeconds } from "../client/format.ts";
import { uploadVideo } from "../client/upload.ts";
import type { VideoFile } from "../client/video-file.ts";
import { videoFile } from "../client/video-file.ts";
import type { DetectFlags } from "../detect-request.ts";
import { jobOptions, namesFrom, numberFrom, scoresFrom, secondsFrom } from "../detect-request.ts";
import { UsageError } from "../faults.ts";
import { exitCodeOf, followJob } from "../follow-job.ts";
import type { Program, SetExitCode } from "../program.ts";
import { refuseOtherResults } from "../refuse-other-results.ts";
import type { Session, System } from "../session.ts";
import { showJob } from "../show-job.ts";

interface Flags extends DetectFlags {
  readonly pipeline?: string | undefined;
  readonly json?: true | undefined;
  readonly out?: string | undefined;
  readonly wait: boolean;
  readonly timeout?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** `detect FILE`: uploads a video, watches its job and says what was found. */
export function addDetect(program: Program, session: Session, exit: SetExitCode): void {
  program
    .command("detect")
    .description("upload a video, watch its job, print what was found")
    .argument("<file>", "the video")
    .option("-p, --pipeline <name>", "which pipeline; `pipelines` lists them (default: pitch)")
    .option(
      "--score-min <score>",
      "store detections from this score on",
      numberFrom({ min: 0, max: 1 }),
    )
    .option(
      "--class-score-min <class=score,…>",
      "the same for single classes, which go before --score-min",
      scoresFrom,
    )
    .option("--classes <a,b>", "only these classes", namesFrom)
    .addOption(
      new Option("--nms <mode>", "which overlapping boxes are compared").choices(NmsMode.options),
    )
    .option(
      "--iou <overlap>",
      "overlap above which the weaker of two boxes is dropped",
      numberFrom({ min: 0, max: 1 }),
    )
    .option(
      "--max-detections <n>",
      "at most n detections a frame, the best ones",
      numberFrom({ min: 1, max: limits.detectionsPerFrameMax, whole: true }),
    )
    .option(
      "--fps <n>",
      "at most n frames a second",
      numberFrom({ min: 0.001, max: limits.framesPerSecondMax }),
    )
    .addOption(
      new Option("--stride <n>", "every n-th frame")
        .argParser(numberFrom({ min: 1, max: limits.strideMax, whole: true }))
        .conflicts("fps"),
    )
    .option("--from <time>", "begin there: seconds or 1:30", secondsFrom)
    .option("--to <time>", "end before", secondsFrom)
    .addOption(
      new Option("--tracker <name>", "how objects are followed").choices(TrackerName.options),
    )
    .option(
      "--out <dir>",
      "save manifest, detections and the other artifacts there, checked by sha256",
    )
    .option("--json", "print one object with the job and its links")
    .option("--no-wait", "end after the upload and print the job's id")
    .option("--timeout <seconds>", "stop waiting after that", numberFrom({ min: 1, max: 1e6 }))
    .option("--idempotency-key <key>", "the same key never opens a second job")
    .action(async (file, flags) => exit(await detect(session, file, flags)));
}

async function detect(session: Session, path: string, flags: Flags): Promise<number> {
  const { output, signal } = session;
  if (!flags.wait && flags.out !== undefined) {
    throw new UsageError("--out needs the results, and --no-wait does not wait for them.");
  }
  const system = session.connect();
  const file = await videoFile(resolve(session.workingDirectory, path));
  // Known before the upload: only a key may lead to the very job whose result is there.
  if (flags.out !== undefined && flags.idempotencyKey === undefined) {
    await refuseOtherResults(resolve(session.workingDirectory, flags.out));
  }
  const jobId = await upload(session, system, { file, path }, flags);

  if (!flags.wait) {
    if (!flags.json) output.data(jobId);
    else output.json({ job: await system.client.getJob(jobId, { signal }), results: null });
    return 0;
  }

  const job = await followJob(session, system, jobId, { timeoutSeconds: flags.timeout });
  await showJob(session, system, job, flags);
  return exitCodeOf(job);
}

async function upload(
  { output, uploadMemory, signal, now, commandName }: Session,
  { client }: System,
  { file, path }: { readonly file: VideoFile; readonly path: string },
  flags: Flags,
): Promise<string> {
  const startedAt = now();
  let bytesAtStart: number | undefined;
  let jobId: string | undefined;
  try {
    return await uploadVideo(client, file, {
      request: {
        ...(flags.pipeline !== undefined && { pipeline_id: flags.pipeline }),
        options: jobOptions(flags),
      },
      idempotencyKey: flags.idempotencyKey,
      memory: uploadMemory,
      signal,
      onSubmitted(job) {
        ({ jobId } = job);
        output.words(job.resumed ? `Job ${jobId}, begun earlier` : `Job ${jobId}`);
      },
      onProgress({ bytesSent, bytesTotal }) {
        bytesAtStart ??= bytesSent;
        const seconds = (now() - startedAt) / 1000;
        const speed = (bytesSent - bytesAtStart) / seconds;
        const detail = [
          `${formatBytes(bytesSent)} of ${formatBytes(bytesTotal)}`,
          seconds > 1 && speed > 0 && `${formatBytes(speed)}/s`,
          seconds > 1 && speed > 0 && `${formatSeconds((bytesTotal - bytesSent) / speed)} left`,
        ];
        output.progress.show({
          label: "upload",
          fraction: bytesTotal === 0 ? null : bytesSent / bytesTotal,
          detail: detail.filter(Boolean).join("  "),
        });
      },
    });
  } catch (error) {
    if (jobId !== undefined) {
      output.words(
        "The upload is not finished. The same command goes on with it:",
        `  ${commandName} detect ${path} …`,
      );
    }
    throw error;
  } finally {
    output.progress.end();
  }
}
