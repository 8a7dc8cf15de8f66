import { addDetect } from "./commands/detect.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addJobs } from "./commands/jobs.ts";
import { addKey } from "./commands/key.ts";
import { addModel } from "./commands/model.ts";
import { addPipelines } from "./commands/pipelines.ts";
import { addUp } from "./commands/up.ts";
import { addWorker } from "./commands/worker.ts";
import { addWebhook } from "./commands/webhook.ts";
import type { Program, SetExitCode } from "./program.ts";
import type { Session } from "./session.ts";

/** Every command, under the one program. */
export function addCommands(program: Program, session: Session, exit: SetExitCode): void {
  addUp(program, session, exit);
  addDetect(program, session, exit);
  addJobs(program, session, exit);
  addPipelines(program, session);
  addModel(program, session);
  addKey(program, session);
  addWorker(program, session, exit);
  addWebhook(program, session);
  addDoctor(program, session, exit);
}
