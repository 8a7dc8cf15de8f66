import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliWorld } from "../support/cli-world.ts";

const elsewhere = "http://127.0.0.1:9";

async function runningWorld() {
  const world = await cliWorld();
  await mkdir(join(world.folder, ".framequeue"));
  await mkdir(join(world.folder, "videos", "today"), { recursive: true });
  await writeFile(
    join(world.folder, ".framequeue", "running.json"),
    JSON.stringify({ api_url: world.system.apiUrl }),
  );
  return world;
}

test("the system that runs here is found from any folder below", async () => {
  const { cli, folder } = await runningWorld();

  const { exitCode, stdout } = await cli(["pipelines"], {
    folder: join(folder, "videos", "today"),
    environment: { FRAMEQUEUE_API: "" },
  });

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^pitch +player, ball/m);
});

test("FRAMEQUEUE_STATE names the folder of a system's state, and no other is looked in", async () => {
  const { cli, folder, system } = await runningWorld();
  await mkdir(join(folder, "other"));
  const running = { api_url: system.apiUrl, api_key: "fq_of-the-other" };
  await writeFile(join(folder, "other", "running.json"), JSON.stringify(running));
  system.apiKey = running.api_key;
  const environment = { FRAMEQUEUE_API: "", FRAMEQUEUE_STATE: "other" };

  const found = await cli(["jobs", "ls"], { environment });
  const doctor = await cli(["doctor", "--patience", "1"], { environment });
  const none = await cli(["jobs", "ls"], {
    environment: { ...environment, FRAMEQUEUE_STATE: "neither" },
  });

  expect(found.exitCode).toBe(0);
  expect(doctor.stdout).toContain(join("other", "running.json"));
  expect(none.stderr).toContain("No system is known");
});

test("FRAMEQUEUE_API goes before the system that runs here, and --api before both", async () => {
  const { cli, system } = await runningWorld();
  const environment = { FRAMEQUEUE_API: elsewhere };

  const byVariable = await cli(["pipelines"], { environment });
  const byFlag = await cli(["pipelines", "--api", system.apiUrl], { environment });

  expect(byVariable.exitCode).toBe(1);
  expect(byVariable.stderr).toContain(elsewhere);
  expect(byFlag.exitCode).toBe(0);
});

test("without any address it is said how to have one", async () => {
  const { cli } = await cliWorld();

  const { exitCode, stderr } = await cli(["pipelines"], { environment: { FRAMEQUEUE_API: "" } });

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/framequeue up[\s\S]*--api/);
});

test("an address that is none is a usage error", async () => {
  const { cli } = await cliWorld();

  const { exitCode } = await cli(["pipelines", "--api", "localhost:8787"]);

  expect(exitCode).toBe(2);
});

test.each([
  [401, 4],
  [403, 4],
  [500, 1],
])("an API that answers %i makes it exit with %i", async (status, code) => {
  const { cli, system } = await cliWorld();
  system.intercept = () => status;

  const { exitCode } = await cli(["pipelines"]);

  expect(exitCode).toBe(code);
});

test("an answer of another version is not taken for one of ours", async () => {
  const { cli, system } = await cliWorld();
  system.intercept = () => 200;

  const { exitCode, stderr } = await cli(["pipelines"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("UNREADABLE");
});
