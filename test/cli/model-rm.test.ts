import { expect, test } from "vitest";
import { builtInPipelines } from "../../models/catalog.ts";
import { cliWorld } from "../support/cli-world.ts";

test("a pipeline is removed; one that there is not ends with 5 and where to look", async () => {
  const { system, cli } = await cliWorld();
  system.pipelines = [{ ...builtInPipelines[0]!, pipeline_id: "players", built_in: false }];

  const removed = await cli(["model", "rm", "players"]);
  const again = await cli(["model", "rm", "players"]);

  expect(removed).toMatchObject({ exitCode: 0, stdout: "" });
  expect(removed.stderr).toContain("Pipeline players is gone.");
  expect(system.pipelines).toEqual([]);
  expect(again.exitCode).toBe(5);
  expect(again.stderr).toContain("PIPELINE_NOT_FOUND");
  expect(again.stderr).toContain("`framequeue pipelines` lists");
});
