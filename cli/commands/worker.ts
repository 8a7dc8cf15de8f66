import { Option } from "@commander-js/extra-typings";
import { readWorkerSecret } from "../../contracts/worker-secret.ts";
import { CommandError } from "../faults.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session } from "../session.ts";
import { askConfiguration } from "../worker/ask-configuration.ts";
import { chooseGpus } from "../worker/choose-gpus.ts";
import { cudaHint, onnxruntimeFolder } from "../worker/cuda-library.ts";
import { durationSeconds } from "../worker/duration.ts";
import { findGpus } from "../worker/find-gpus.ts";
import { hostVariables } from "../worker/host-variables.ts";
import { runWorkers } from "../worker/run-workers.ts";
import { workerVariables } from "../worker/worker-variables.ts";
import { addWorkerKaggle } from "./worker-kaggle.ts";
import { addWorkerToken } from "./worker-token.ts";

/** `worker …`: makes this machine a worker, and says who else may be one. */
export function addWorker(program: Program, session: Session, exit: SetExitCode): void {
  const { environment, output, signal } = session;
  const worker = program.command("worker").description("lend this machine's GPUs to a system");
  addWorkerToken(worker, session);
  addWorkerKaggle(worker, session);

  worker
    .command("run")
    .description("work for the system whose secret is in FRAMEQUEUE_WORKER, until stopped")
    .option("--gpus <all|N|none>", "one worker for each of these", "all")
    .option("--idle-exit <duration>", "end after so long without work, such as 15m")
    .option("--max-runtime <duration>", "be done by then, such as 11h30m")
    .addOption(
      new Option("--require <what>", "refuse to run on anything else")
        .choices(["gpu", "any", "cpu"] as const)
        .default("any" as const),
    )
    .action(async ({ gpus: wanted, idleExit, maxRuntime, require }) => {
      const secret = readWorkerSecret((environment["FRAMEQUEUE_WORKER"] ?? "").trim());
      if (!secret) {
        throw new CommandError("FRAMEQUEUE_WORKER holds no whole worker secret (fqw1.…).", {
          hint: "Make one with `framequeue worker token create NAME`.",
        });
      }
      const flags = {
        require,
        idleExitSeconds:
          idleExit === undefined ? undefined : durationSeconds("--idle-exit", idleExit),
        runtimeSecondsMax:
          maxRuntime === undefined ? undefined : durationSeconds("--max-runtime", maxRuntime),
      };
      const gpus = chooseGpus(wanted, wanted === "none" ? [] : await findGpus());
      const variables = workerVariables(secret, await askConfiguration(secret, signal), flags);
      const base = { ...hostVariables(environment), ...variables };
      output.words(
        gpus
          ? `One worker on each of these GPUs: ${gpus.join(", ")}.`
          : "No GPU is used: one worker, on the processor.",
      );
      const hint = cudaHint(gpus, {
        platform: `${process.platform}/${process.arch}`,
        folder: onnxruntimeFolder(),
      });
      if (hint !== undefined) output.words(hint);
      const workers = gpus?.map((gpu) => ({ ...base, CUDA_VISIBLE_DEVICES: gpu })) ?? [base];
      exit(await runWorkers(workers, signal));
    });
}
