import {
  all,
  equal,
  type Condition,
  type Transition,
} from "../../../contracts/protocol/transition.ts";
import type { Plant } from "./world.ts";

/** A fault that somebody might build in, and that the simulation is there to find. */
export interface PlantedFault {
  readonly name: string;
  readonly plant: Plant;
}

const without =
  (name: string, drops: (condition: Condition) => boolean) =>
  (transition: Transition): Transition => {
    if (transition.name !== name) return transition;
    const condition = pruned(transition.condition, drops);
    return { ...transition, condition };
  };

/** The condition without the parts that are dropped. */
function pruned(condition: Condition, drops: (condition: Condition) => boolean): Condition {
  if (condition.is !== "all") return condition;
  return all(...condition.of.filter((part) => !drops(part)).map((part) => pruned(part, drops)));
}

const asksFor =
  (...fields: string[]) =>
  (condition: Condition): boolean =>
    "field" in condition && fields.includes(condition.field);

const ofFence = asksFor("fence", "nonce");

/** The transition, and it leaves no mark that its end is still to be told. */
const forgetsToTell = (transition: Transition): Transition => {
  const { untold, ...set } = transition.update.set ?? {};
  return untold ? { ...transition, update: { ...transition.update, set } } : transition;
};

export const plantedFaults: readonly PlantedFault[] = [
  { name: "an end leaves no mark that it is to be told", plant: { transition: forgetsToTell } },
  { name: "publish asks for no fence", plant: { transition: without("publish", ofFence) } },
  {
    name: "publish ignores a cancel",
    plant: { transition: without("publish", asksFor("cancelRequestedAt")) },
  },
  { name: "progress is written without a fence", plant: { transition: without("renew", ofFence) } },
  { name: "there is no sweeper", plant: { noSweeper: true } },
  { name: "a dead letter fails its job in any case", plant: { unconditionalDeadLetter: true } },
  { name: "results lie under one key for all fences", plant: { sharedResultKey: true } },
  {
    name: "an ended segment is not entered, and nobody sweeps segments",
    plant: {
      noSegmentSweep: true,
      transition: (transition) =>
        transition.name === "noteSegment" && transition.update.include?.endedSegments?.[0] === 0
          ? { ...transition, condition: equal("status", "never") }
          : transition,
    },
  },
  {
    name: "a job is given back although its end was asked for",
    plant: {
      transition: (transition) =>
        transition.name === "cancelAbandoned"
          ? { ...transition, condition: all(transition.condition, equal("status", "running")) }
          : without("release", asksFor("cancelRequestedAt"))(transition),
    },
  },
];
