import { afterEach, expect, test, vi } from "vitest";
import { emfMetrics } from "../../functions/emf-metrics.ts";

afterEach(() => void vi.unstubAllEnvs());

function linesOf(count: () => void): string[] {
  const lines: string[] = [];
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  const written = vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  count();
  written.mockRestore();
  return lines;
}

test("what is counted becomes one line of the log that CloudWatch reads as metrics, with their units", () => {
  const lines = linesOf(() => emfMetrics("scale")({ TasksStarted: 2, BacklogVideoSeconds: 90.5 }));

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    service: "scale",
    TasksStarted: 2,
    BacklogVideoSeconds: 90.5,
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: "Framequeue",
          Metrics: [
            { Name: "TasksStarted", Unit: "Count" },
            { Name: "BacklogVideoSeconds", Unit: "Seconds" },
          ],
        },
      ],
    },
  });
});
