import {
  all,
  equal,
  type Condition,
  type Transition,
} from "../../../contracts/protocol/transition.ts";
import { configurations } from "./configurations.ts";
import type { Habits } from "./program.ts";
import { realProtocol, type Protocol } from "./protocol.ts";
import type { Configuration } from "./configuration.ts";

/** A fault that somebody might plant in the protocol, and the configuration in which it must be found. */
export interface Mutation {
  readonly name: string;
  readonly configuration: Configuration;
  readonly protocol: Protocol;
  readonly habits: Habits;
  /** What is expected to break, so that a fault of the model itself does not pass for a finding. */
  readonly breaks: RegExp;
}

type Changes = { readonly [Name in keyof Protocol]?: (transition: Transition) => Transition };

/** The real protocol, but some transitions come out otherwise. */
export function changed(changes: Changes): Protocol {
  const made = Object.entries(realProtocol).map(([name, make]) => {
    const change = changes[name as keyof Protocol];
    const build = make as (...given: unknown[]) => Transition;
    return [name, change ? (...given: unknown[]) => change(build(...given)) : make];
  });
  return Object.fromEntries(made) as Protocol;
}

/** The transition without those parts of its condition that ask for these fields. */
const unasked =
  (...fields: string[]) =>
  (transition: Transition): Transition => ({
    ...transition,
    condition: without(transition.condition, fields),
  });

/** The transition, and the sweeper need not look at the row any more. */
const undue = (transition: Transition): Transition => {
  const { dueShard: _shard, dueAt: _at, ...set } = transition.update.set ?? {};
  const remove = [...(transition.update.remove ?? []), "dueShard", "dueAt"] as const;
  return { ...transition, update: { ...transition.update, set, remove } };
};

function without(condition: Condition, fields: readonly string[]): Condition {
  if (condition.is !== "all" && condition.is !== "any") return condition;
  const of = condition.of
    .filter((part) => !("field" in part && fields.includes(part.field)))
    .map((part) => without(part, fields));
  return { is: condition.is, of };
}

const unconditional = (transition: Transition): Transition => ({
  ...transition,
  condition: { is: "all", of: [] },
});
const alwaysWorked = (transition: Transition): Transition => ({
  ...transition,
  hadWorked: () => true,
});
const lease = ["run", "fence", "nonce"];
const oldLease = /a write of an old lease/;

const mutation = (
  name: string,
  where: keyof typeof configurations,
  breaks: RegExp,
  { changes = {}, habits = {} }: { changes?: Changes; habits?: Habits },
): Mutation => ({
  name,
  configuration: configurations[where],
  protocol: changed(changes),
  habits,
  breaks,
});

/**
 * Every one of these must be found. Not among them, because nothing breaks: a claim that compares no fence (it raises the
 * fence all the same), and a retry or a revocation that keeps it (the next claim raises it, and the nonce is gone).
 */
export const mutations: readonly Mutation[] = [
  mutation("publish asks for no lease", "two workers", oldLease, {
    changes: { publish: unasked(...lease) },
  }),
  mutation("publish is unconditional", "two workers", /published twice/, {
    changes: { publish: unconditional },
  }),
  mutation("publish ignores a cancel", "cancel", /completed after a cancel/, {
    changes: { publish: unasked("cancelRequestedAt") },
  }),
  mutation("a claim keeps the fence", "two workers", /another lease's folder/, {
    changes: {
      claim: (transition) => ({
        ...transition,
        update: { ...transition.update, add: { attempts: 1 } },
      }),
    },
  }),
  mutation(
    "every refused claim passes for one that had worked",
    "two workers",
    /another lease's folder/,
    {
      changes: { claim: alwaysWorked },
    },
  ),
  mutation(
    "a dead letter fails its job, whatever it does",
    "dead letters",
    /terminal status changed/,
    {
      changes: { failDeadLettered: unconditional },
      habits: { deadLettersAlwaysFail: true },
    },
  ),
  mutation("all results have one key", "two workers", /not there, or not its writer's/, {
    habits: { sharedResultKey: true },
  }),
  mutation("no sweeper, and a crash before the message was sent", "two workers", /^lost/, {
    habits: { noSweeper: true },
  }),
  mutation("a release asks for no lease", "two workers", oldLease, {
    changes: { release: unasked(...lease) },
  }),
  mutation("a renewal asks for nothing", "two workers", oldLease, {
    changes: { renew: unconditional },
  }),
  mutation(
    "every refused cancel passes for one that had worked",
    "cancel",
    /completed after a cancel/,
    {
      changes: { requestCancel: alwaysWorked },
    },
  ),
  mutation("cancelling asks for no status", "cancel", /terminal status changed/, {
    changes: { cancelWaiting: unasked("status", "phase") },
  }),
  mutation("a job is given back though its end was asked for", "cancel", /^lost/, {
    changes: {
      release: unasked("cancelRequestedAt"),
      cancelAbandoned: (transition) => ({
        ...transition,
        condition: all(transition.condition, equal("status", "running")),
      }),
    },
  }),
  mutation(
    "what a cancel ended is not looked at again",
    "two Lambdas",
    /the sweeper will never see/,
    {
      changes: { cancelWaiting: undue },
    },
  ),
  mutation("a cancel leaves no mark that it is to be told", "cancel", /nobody will tell/, {
    changes: {
      acknowledgeCancel: (transition) => {
        const { untold: _untold, ...set } = transition.update.set ?? {};
        return { ...transition, update: { ...transition.update, set } };
      },
    },
  }),
  mutation(
    "a retry does not wait until the last end was told",
    "two runs",
    /untold, but not over/,
    { changes: { retry: unasked("untold") } },
  ),
  mutation("an upload's event counts twice", "upload, two Lambdas", /terminal status changed/, {
    changes: { markUploaded: unasked("status", "source") },
  }),
  mutation("only whoever ends the last segment triggers", "fan-in", /^lost/, {
    habits: { noSweepOfSegments: true },
  }),
  mutation(
    "ended segments are counted, not kept as a set",
    "segments, two workers",
    /has not ended/,
    {
      changes: {
        noteSegment: (transition) => ({ ...transition, update: { add: { deadLetters: 1 } } }),
        beginAssembly: unasked("endedSegments"),
      },
      habits: { endedAreCounted: true },
    },
  ),
  mutation(
    "the assembly is triggered unconditionally",
    "segments, two workers",
    /terminal status changed/,
    {
      changes: { beginAssembly: unconditional },
    },
  ),
  mutation("spreading asks for no lease", "segments, two plans", oldLease, {
    changes: { spread: unasked(...lease) },
  }),
  mutation("a segment is completed without its lease", "segments, two workers", oldLease, {
    changes: { completeSegment: unasked(...lease) },
  }),
  mutation("the rows of all plans have the same names", "segments, two plans", /another plan/, {
    habits: { plansShareRows: true },
  }),
  mutation("a segment of any plan counts", "segments cut anew", /has not ended/, {
    changes: { noteSegment: unasked("planFence") },
  }),
];
