import type { Check, Suite } from "./check.ts";
import { portSuites, serviceSuites } from "./check.ts";

/** The part of vitest's JSON report that is read here. */
export interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** The checks of a run; throws where a test is in no suite or a file failed outside of its tests. */
export function checksIn({ testResults }: Report): readonly Check[] {
  return testResults.flatMap(({ assertionResults, status, message }) => {
    if (status === "failed" && !assertionResults.some((result) => result.status === "failed")) {
      throw new Error(`A test file failed before its tests: ${message}`);
    }
    return assertionResults.map(({ ancestorTitles: [top = "", ...groups], title, ...result }) => ({
      suite: suiteOf(top),
      name: [...groups, title].join(" > "),
      outcome: outcomeOf(result.status),
      message: result.failureMessages?.[0]?.split("\n")[0] ?? "",
    }));
  });
}

function suiteOf(title: string): Suite {
  const name = title.replace(/^the local /, "");
  const suite = [...portSuites, ...serviceSuites].find((suite) => name.startsWith(suite));
  if (!suite) throw new Error(`The tests of "${title}" are of no suite.`);
  return suite;
}

function outcomeOf(status: string): Check["outcome"] {
  if (status === "passed" || status === "failed") return status;
  return "not run";
}
