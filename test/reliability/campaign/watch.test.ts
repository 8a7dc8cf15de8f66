import { expect, test } from "vitest";
import { watch } from "./watch.ts";

const job_id = "j";
const seen = (look: (watching: ReturnType<typeof watch>) => void): string[] => {
  const watching = watch();
  look(watching);
  return watching.violations.map(({ what }) => what);
};

test("nothing is said of a job that goes its way, run by run", () => {
  const faults = seen((reader) => {
    reader.saw({ job_id, run: 1, status: "pending" });
    reader.acknowledgedCancel(job_id, 1);
    reader.saw({ job_id, run: 1, status: "cancelled" });
    reader.saw({ job_id, run: 2, status: "running" });
    // The list lags.
    reader.listed({ job_id, run: 1, status: "cancelled" });
    reader.saw({ job_id, run: 2, status: "completed" });
    reader.sawResult(job_id, 2, { a: "1" });
    reader.sawResult(job_id, 2, { a: "1" });
  });

  expect(faults).toEqual([]);
});

test("sees a run that leaves its end", () => {
  expect(
    seen((reader) => {
      reader.saw({ job_id, run: 1, status: "completed" });
      reader.saw({ job_id, run: 1, status: "running" });
    }),
  ).toEqual(["run 1 went from completed to running"]);
});

test("sees two ends of one run, even in a list", () => {
  expect(
    seen((reader) => {
      reader.saw({ job_id, run: 1, status: "cancelled" });
      reader.listed({ job_id, run: 1, status: "completed" });
    }),
  ).toEqual(["run 1 was cancelled and is completed"]);
});

test("sees a run that comes back", () => {
  expect(
    seen((reader) => {
      reader.saw({ job_id, run: 2, status: "running" });
      reader.saw({ job_id, run: 1, status: "running" });
    }),
  ).toEqual(["run 1 is seen after run 2"]);
});

test("sees a result that changes", () => {
  expect(
    seen((reader) => {
      reader.sawResult(job_id, 1, { "manifest.json": "1" });
      reader.sawResult(job_id, 1, { "manifest.json": "2" });
    }),
  ).toEqual([expect.stringContaining("the result of run 1 changed")]);
});

test.each(["before", "after"])("sees a cancelled run complete, acknowledged %s", (when) => {
  const faults = seen((reader) => {
    if (when === "before") reader.acknowledgedCancel(job_id, 1);
    reader.saw({ job_id, run: 1, status: "completed" });
    if (when === "after") reader.acknowledgedCancel(job_id, 1);
  });

  expect(faults).toHaveLength(1);
});
