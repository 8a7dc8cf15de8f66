import type { Check, Suite } from "./check.ts";

/** Where another implementation is known not to do what AWS documents. */
export interface KnownDifference {
  readonly because: string;
  readonly suite: Suite;
  /** Names of checks, as a run spells them. */
  readonly checks: readonly string[];
  /** A race that is lost more or less often: these may pass, too. */
  readonly varies?: true;
}

/** What a run on one target says. */
export interface Verdict {
  readonly passed: number;
  /** Failures that are known, and still there. */
  readonly differing: readonly Check[];
  /** Failures that nobody has explained, and checks that were not made. */
  readonly unexpected: readonly Check[];
  /** Known differences that are none any more, as "suite: name". */
  readonly outdated: readonly string[];
}

/** Holds a run against what is known of its target: each failure must be known, each known difference that does not vary must fail. */
export function judge(checks: readonly Check[], known: readonly KnownDifference[]): Verdict {
  const names = ({ suite, checks }: KnownDifference) => checks.map((name) => `${suite}: ${name}`);
  const allKnown = new Set(known.flatMap(names));
  const alwaysThere = known.filter(({ varies }) => !varies).flatMap(names);
  const isKnown = (check: Check) => allKnown.has(spelled(check));
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  const differing = failed.filter(isKnown);
  const seen = new Set(differing.map(spelled));
  return {
    passed: checks.filter(({ outcome }) => outcome === "passed").length,
    differing,
    unexpected: checks.filter(
      (check) => check.outcome === "not run" || (check.outcome === "failed" && !isKnown(check)),
    ),
    outdated: alwaysThere.filter((name) => !seen.has(name)),
  };
}

const spelled = ({ suite, name }: Check): string => `${suite}: ${name}`;
