import { expect, test } from "vitest";
import { ApiError } from "../../cli/client/api-error.ts";
import { reportFault } from "../../cli/report-fault.ts";
import { errors } from "../../contracts/errors.ts";

function reported(code: "PIPELINE_UNKNOWN" | "CLASS_UNKNOWN" | "MODEL_INVALID") {
  const lines: (string | undefined)[] = [];
  const fault = new ApiError({ code, detail: "…", ...errors[code] });
  const exitCode = reportFault(fault, { error: (...said) => void lines.push(...said) });
  return { exitCode, hint: lines.at(-1) };
}

test.each([
  ["PIPELINE_UNKNOWN", "`framequeue pipelines`"],
  ["CLASS_UNKNOWN", "`framequeue pipelines --json`"],
] as const)("%s names the command that lists them", (code, command) => {
  const { exitCode, hint } = reported(code);

  expect(exitCode).toBe(1);
  expect(hint).toContain(command);
  expect(hint).not.toContain("GET /v1");
});

test("what the API advises is said as it is elsewhere", () => {
  expect(reported("MODEL_INVALID").hint).toBe(errors.MODEL_INVALID.hint);
});
