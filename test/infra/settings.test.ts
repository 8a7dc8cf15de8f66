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
    require: "any",
    removal: "retain",
  });
});

test("what the command line says is text, and is understood", () => {
  expect(given({ leaseSeconds: "4", removal: "destroy" })).toMatchObject({
    leaseSeconds: 4,
    removal: "destroy",
  });
});

test.each([
  ["leaseSeconds", "soon"],
  ["leaseSeconds", "0"],
  ["removal", "maybe"],
])("a wrong value stops the synthesis with its name: %s=%s", (name, value) => {
  expect(() => given({ [name]: value })).toThrow(name);
});
