import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { settingsFrom } from "../../infra/settings.ts";

const given = (context: Readonly<Record<string, unknown>>) => settingsFrom((name) => context[name]);

test("a deployment that says nothing gets the limits of the contract", () => {
  expect(given({})).toEqual({
    leaseSeconds: limits.leaseSeconds,
    segmentFrames: 0,
    heartbeatSeconds: limits.heartbeatSeconds,
    defaultOwner: "team",
    inboxPipeline: "pitch",
    uploadBytesMax: limits.uploadBytesMax,
    require: "gpu",
    removal: "retain",
    compute: "managed",
    spot: true,
    instanceTypes: expect.arrayContaining(["g4dn.xlarge"]),
    workersMax: 2,
  });
});

test("what the command line says is text, and is understood", () => {
  const context = {
    leaseSeconds: "4",
    removal: "destroy",
    spot: "false",
    instanceTypes: "g6.xlarge, g5.xlarge",
    monthlyBudgetUsd: "50",
  };

  expect(given(context)).toMatchObject({
    leaseSeconds: 4,
    removal: "destroy",
    spot: false,
    instanceTypes: ["g6.xlarge", "g5.xlarge"],
    monthlyBudgetUsd: 50,
  });
});

test.each([
  ["leaseSeconds", "soon"],
  ["leaseSeconds", "0"],
  ["removal", "maybe"],
  ["compute", "lots"],
  ["spot", "perhaps"],
  ["workersMax", "0"],
  ["alarmEmail", "nobody"],
  ["certificateArn", "a-certificate"],
])("a wrong value stops the synthesis with its name: %s=%s", (name, value) => {
  expect(() => given({ [name]: value })).toThrow(name);
});
