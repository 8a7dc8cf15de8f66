import type { Edge, Machine, State } from "./machine.ts";
import { NumberList } from "./number-list.ts";
import { StateTable } from "./state-table.ts";

/** Something that must not be, with the shortest way to it. */
export interface Finding {
  readonly what: string;
  readonly steps: readonly string[];
  /** How many states were known when it was found. */
  readonly states: number;
}

export interface Exploration {
  readonly states: number;
  readonly edges: number;
  /** One of each kind, in the order of their distance from the start. */
  readonly findings: readonly Finding[];
}

export interface ExploreOptions {
  /** Ends with the first finding of this kind. */
  readonly until?: RegExp;
  /** More states than this are an error: an exploration that did not end proves nothing. */
  readonly statesMax?: number;
}

const statesMaxDefault = 20_000_000;

/**
 * Visits every state that the machine can reach, nearest first, and then asks of each whether a goal can still be
 * reached by steps that may be counted on. Where such a step leads over a bound, the state is not judged.
 */
export function explore(
  machine: Machine,
  { until, statesMax = statesMaxDefault }: ExploreOptions = {},
): Exploration {
  const table = new StateTable(machine.width);
  const parents = new NumberList();
  const hopeful: boolean[] = [];
  // Only the steps that may be counted on, of each state in turn: `from` says where those of a state begin.
  const from = new NumberList();
  const to = new NumberList();
  const findings = new Map<string, Finding>();
  let edges = 0;
  let ended = false;

  const pathTo = (number: number): State[] => {
    const path: State[] = [];
    for (let at = number; ; at = parents.at(at)) {
      path.unshift(table.read(at, new Uint32Array(machine.width)));
      if (at === 0) return path;
    }
  };
  const found = (what: string, number: number, last?: string): void => {
    if (findings.has(what)) return;
    const steps = [...machine.narrate(pathTo(number)), ...(last === undefined ? [] : [last])];
    findings.set(what, { what, steps, states: table.size });
    ended ||= until?.test(what) ?? false;
  };
  const enter = (state: State, parent: number): number => {
    const number = table.add(state);
    if (number >= 0) return number;
    if (table.size > statesMax) throw new Error(`There are more than ${statesMax} states.`);
    parents.push(parent);
    hopeful.push(machine.isGoal(state));
    const wrong = machine.wrong(state);
    if (wrong !== undefined) found(wrong, ~number);
    return ~number;
  };

  const state = new Uint32Array(machine.width);
  let current = 0;
  const visit = (next: State | undefined, edge: Edge): void => {
    edges++;
    if (edge.wrong !== undefined) {
      found(edge.wrong, current, edge.label);
    } else if (next) {
      const number = enter(next, current);
      if (edge.helps) to.push(number);
    } else if (edge.helps) hopeful[current] = true;
  };

  enter(Uint32Array.from(machine.start), 0);
  for (; current < table.size; current++) {
    if (ended) break;
    from.push(to.length);
    machine.expand(table.read(current, state), visit);
  }
  from.push(to.length);

  if (!ended) {
    spread(hopeful, from, to);
    const lost = hopeful.indexOf(false);
    if (lost >= 0) {
      const count = hopeful.reduce((sum, each) => sum + (each ? 0 : 1), 0);
      found(`lost: from here no end can be reached (${count} such states)`, lost);
    }
  }
  return { states: table.size, edges, findings: [...findings.values()] };
}

/** Hope goes backwards along the edges until nothing changes; most edges lead to later states, so few rounds do. */
function spread(hopeful: boolean[], from: NumberList, to: NumberList): void {
  for (let changed = true; changed;) {
    changed = false;
    for (let number = hopeful.length - 1; number >= 0; number--) {
      if (hopeful[number]) continue;
      const end = from.at(number + 1);
      for (let edge = from.at(number); edge < end; edge++) {
        if (!hopeful[to.at(edge)]) continue;
        hopeful[number] = true;
        changed = true;
        break;
      }
    }
  }
}
