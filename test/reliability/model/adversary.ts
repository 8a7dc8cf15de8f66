import { facts, impossible, type MessageOperations, type Operation } from "./surroundings.ts";
import type { Setting } from "./program.ts";

/** What happens to messages, events and uploads without anybody of ours. */
export interface Happening {
  readonly label: string;
  readonly queue?: Operation;
  readonly facts?: Operation;
  readonly helps: boolean;
}

/** Everything that may happen at any time, whatever the rows say. */
export function happenings(setting: Setting & { upload: boolean }): Happening[] {
  const { messages, messageOf, runsMax, plans, upload, deadLetters } = setting;
  const runs = Array.from({ length: runsMax }, (_, index) => index + 1);
  const slots = Array.from({ length: plans.slots }, (_, index) => index + 1);
  return [
    ...runs.flatMap((run) => {
      const message = messages(messageOf(run, 0));
      return [
        ...messageHappenings(`the message of run ${run}`, message),
        ...(deadLetters ? deadLetterHappenings(run, message) : []),
      ];
    }),
    ...slots.flatMap((slot) => {
      const { planFence, index } = plans.refOf(slot);
      const name = `the message of segment ${index} of plan ${planFence}`;
      return messageHappenings(name, messages(messageOf(0, slot)));
    }),
    ...(upload ? uploadHappenings() : []),
  ];
}

const messageHappenings = (
  name: string,
  { comeBack, lose, double }: MessageOperations,
): Happening[] => [
  { label: `${name} comes back`, queue: comeBack, helps: true },
  { label: `${name} is lost`, queue: lose, helps: false },
  { label: `${name} is doubled`, queue: double, helps: false },
];

function deadLetterHappenings(run: number, { lose }: MessageOperations): Happening[] {
  const { begins, ends } = facts.deadLetterOf(run);
  return [
    {
      label: `the message of run ${run} becomes a dead letter`,
      queue: lose,
      facts: begins,
      helps: false,
    },
    { label: `the dead letter of run ${run} is gone`, facts: ends, helps: false },
  ];
}

function uploadHappenings(): Happening[] {
  const { uploaded, uploadIsFaulty, uploadEvent } = facts;
  const arrives =
    (how: typeof uploaded): Operation =>
    (bits) =>
      uploaded.holds(bits) || uploadIsFaulty.holds(bits)
        ? impossible
        : uploadEvent.begins(how.begins(bits));
  return [
    { label: "the upload arrives", facts: arrives(uploaded), helps: false },
    { label: "an upload of another size arrives", facts: arrives(uploadIsFaulty), helps: false },
    { label: "the upload's event is gone", facts: uploadEvent.ends, helps: false },
  ];
}
