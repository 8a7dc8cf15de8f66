import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };

const [command = ""] = Object.keys(packageFile.bin);
const checkout = resolve(import.meta.dirname, "../..");

test("npx framequeue works in the checkout, whatever Node the machine has", async () => {
  const cache = await mkdtemp(join(tmpdir(), "framequeue-npx-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  // As a person's shell has it: without the checkout's own Node in front.
  const searchPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));

  const child = spawn("npx", ["--no-install", command, "--version"], {
    cwd: checkout,
    env: {
      PATH: searchPath.join(delimiter),
      HOME: cache,
      npm_config_cache: cache,
      npm_config_update_notifier: "false",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  const exitCode = await new Promise((resolve) => child.once("close", resolve));

  expect(stdout.trim()).toBe(packageFile.version);
  expect(exitCode).toBe(0);
});
