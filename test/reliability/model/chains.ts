import type { JobRow } from "../../../contracts/job.ts";
import { allEnded } from "../../../contracts/protocol/end-segment.ts";
import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import { aSubmittedRow, now } from "./abstract-row.ts";
import {
  about,
  built,
  idle,
  unlessRefused,
  whatever,
  writing,
  type Local,
  type Setting,
  type Step,
} from "./program.ts";

const error = { code: "WORKER_FAILED", message: "a segment failed" } as const;

/** contracts/protocol/dispatch: the message first, then the note in the row. */
export function dispatching(setting: Setting, row: AnyRow, onward: Local = idle): Local {
  const write = built(setting, setting.protocol.markDispatched(row, { now }), row);
  const { slot = 0 } = about(setting, "", write);
  const message = setting.messageOf(row.run, slot);
  return about(setting, "sending", write, { message, onward });
}

/** contracts/protocol/end-segment: what follows from a segment that has ended. */
export function endingSegment(
  setting: Setting,
  segment: Pick<AnyRow, "run" | "planFence" | "index" | "status">,
  onward: Local = idle,
  joins?: Local,
): Local {
  const { protocol, partialAllowed } = setting;
  const { run, planFence, index, status } = segment;
  const job: JobRow = { ...aSubmittedRow, run, planFence: planFence! };
  const fails = status === "failed" && !partialAllowed;
  const transition = fails
    ? protocol.failOfSegment(job, { now, error })
    : protocol.noteSegment(job, { now, index: index! });
  const write = built(setting, transition, { run, fence: 0 });
  return about(setting, fails ? "failing the job" : "entering", write, {
    onward,
    ...(joins && { joins }),
  });
}

/** The steps of what several processes do alike, or undefined where the process stands elsewhere. */
export function chainSteps(setting: Setting, local: Local, rowNumber: number): Step[] | undefined {
  const onward = local.onward ?? idle;
  switch (local.at) {
    case "sending":
      return [
        {
          label: "sends the message",
          local: { ...local, at: "noting" },
          queue: setting.messages(local.message!).send,
          helps: true,
        },
      ];
    case "calling a joiner":
      return [
        {
          label: "sends the message",
          local: onward,
          queue: setting.messages(local.message!).send,
          helps: true,
        },
      ];
    case "noting":
    case "failing the job":
      return writing(local, rowNumber, whatever(onward), setting);
    case "entering":
      return writing(
        local,
        rowNumber,
        unlessRefused((moved, row) => {
          const full = moved && isFull(setting, row as JobRow);
          return { local: full ? beginning(setting, row as JobRow, local) : onward };
        }, onward),
        setting,
      );
    case "beginning":
      return writing(
        local,
        rowNumber,
        unlessRefused(
          (moved, row) => ({
            local: moved ? (local.joins ?? calling(setting, row!, onward)) : onward,
          }),
          onward,
        ),
        setting,
      );
    default:
      return undefined;
  }
}

/** The message that lets somebody join the segments. Nobody notes it: the row says already that it is sent. */
const calling = (setting: Setting, { run }: AnyRow, onward: Local): Local => ({
  at: "calling a joiner",
  run,
  message: setting.messageOf(run, 0),
  onward,
});

const isFull = ({ habits, plans }: Setting, row: JobRow): boolean =>
  habits.endedAreCounted ? row.deadLetters >= plans.segments : allEnded(row);

const beginning = (setting: Setting, row: JobRow, { onward = idle, joins }: Local): Local =>
  about(setting, "beginning", built(setting, setting.protocol.beginAssembly(row, { now }), row), {
    onward,
    ...(joins && { joins }),
  });
