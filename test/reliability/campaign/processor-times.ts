import { controlGroup, processorSecondsOf } from "../../../bench/start/control-group.ts";

/** Seconds of the processor by who took them, in the order in which they are to be read. */
export type ProcessorTimes = ReadonlyMap<string, number>;

/** What a worker is at, by the requests and signals that the fleet sees. */
export type Doing = "starts" | "asks for work" | "works" | "stands still" | "ends";

/** Adds up the processor time of workers, also of those that are killed, and what their places are at meanwhile. */
export function workerTimes(now: () => number) {
  const group = controlGroup();
  const own = new Map<number, { starting: number; all: number }>();
  const doing = new Map<string, { what: string; since: number }>();
  const seconds = new Map<string, number>();

  /** As late as possible: of a process that has ended nobody can ask. */
  function read(pid: number | undefined, isStarting: boolean): void {
    if (pid === undefined) return;
    try {
      const all = processorSecondsOf(pid);
      own.set(pid, { all, starting: isStarting ? all : (own.get(pid)?.starting ?? all) });
    } catch {
      // It has ended.
    }
  }
  const sum = (what: "starting" | "all") =>
    [...own.values()].reduce((total, each) => total + each[what], 0);

  return {
    began(pid: number | undefined): void {
      if (typeof group !== "string" && pid !== undefined) group.add(pid);
    },
    read,
    /** The place is at something else from now on; undefined where it is at nothing any more. */
    is(place: string, what: Doing | "waits to start" | undefined): void {
      const before = doing.get(place);
      if (before) {
        seconds.set(before.what, (seconds.get(before.what) ?? 0) + (now() - before.since) / 1000);
      }
      if (what) doing.set(place, { what, since: now() });
      else doing.delete(place);
    },
    /** What the places were at, in seconds of all of them. */
    places(): ReadonlyMap<string, number> {
      for (const [place, { what }] of doing) this.is(place, what as Doing);
      return new Map(seconds);
    },
    processor(): ProcessorTimes {
      const [starting, all] = [sum("starting"), sum("all")];
      const programs = typeof group === "string" ? Number.NaN : group.processorSeconds() - all;
      return new Map([
        ["workers, up to their first poll", starting],
        ["workers, from then on", all - starting],
        ["their ffmpeg, ffprobe and sandboxes", programs],
      ]);
    },
    [Symbol.asyncDispose]: async () => {
      if (typeof group !== "string") await group[Symbol.asyncDispose]();
    },
  };
}

/** So far of processes of these names, and of this one. */
export function systemTimes(
  processes: readonly { readonly name: string; readonly pid: number }[],
): ProcessorTimes {
  const { user, system } = process.cpuUsage();
  return new Map([
    ...processes.map(({ name, pid }) => [name, processorSecondsOf(pid)] as const),
    ["the campaign itself: proxy, people, reader, oracle", (user + system) / 1e6],
  ]);
}

/** What was added since. */
export const since = (before: ProcessorTimes, after: ProcessorTimes): ProcessorTimes =>
  new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
