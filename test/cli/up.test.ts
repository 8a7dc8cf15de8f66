import { expect, test } from "vitest";
import { cliWorld } from "../support/cli-world.ts";

test("up hands its arguments on, and the system's exit code back", async () => {
  const { cli } = await cliWorld();

  const help = await cli(["up", "--help"]);
  const wrong = await cli(["up", "--workers", "many"]);

  expect(help).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("--no-sample") as string,
  });
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("many") as string });
});
