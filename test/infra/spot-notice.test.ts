import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { spotNotice } from "../../infra/constructs/compute/spot-notice.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "framequeue-spot-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script where these programs are the machine's; each writes down how it was called. */
function runWith(programs: Readonly<Record<string, string>>): string[] {
  const calls = join(folder, "calls");
  for (const [name, body] of Object.entries(programs)) {
    const program = `#!/bin/bash\necho "${name} $*" >> ${calls}\n${body}\n`;
    writeFileSync(join(folder, name), program, { mode: 0o755 });
  }
  const { status, stderr } = spawnSync("bash", ["--norc", "-c", spotNotice("worker")], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return readFileSync(calls, "utf8").trimEnd().split("\n");
}

/** The instance's metadata by IMDSv2: 404 until the third look, refused without a token. */
const metadata = (folderOfLooks: string) => `
case "$*" in
  *"-X PUT"*) echo TOKEN; exit ;;
  *"token: TOKEN"*) ;;
  *) exit 22 ;;
esac
echo >> ${folderOfLooks}/looks
[ $(wc -l < ${folderOfLooks}/looks) -ge 3 ] || exit 22
`;

test("once Spot takes the instance, the worker on it is told to stop, and nobody before", () => {
  const calls = runWith({
    curl: metadata(folder),
    sleep: "",
    docker: '[ "$1" = ps ] && echo c0ffee || true',
  });

  expect(calls.filter((call) => call.startsWith("sleep"))).toEqual(["sleep 5", "sleep 5"]);
  expect(calls.slice(-2)).toEqual([
    "docker ps -q --filter label=com.amazonaws.ecs.container-name=worker",
    "docker kill --signal TERM c0ffee",
  ]);
  expect(calls.findIndex((call) => call.startsWith("docker"))).toBe(calls.length - 2);
});

test("an instance without a worker is left alone", () => {
  const calls = runWith({ curl: metadata(folder), sleep: "", docker: "" });

  expect(calls.at(-1)).toMatch(/^docker ps/);
});
