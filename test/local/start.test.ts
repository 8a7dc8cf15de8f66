import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockDirectory } from "../../local/aws/state/directory-lock.ts";
import { parseStartOptions } from "../../local/start-options.ts";
import { temporaryDirectory } from "./support/fixture-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

/** Runs an entry file of local/ to its end. */
async function run(entry: string, ...args: string[]) {
  const child = spawn(process.execPath, [`local/${entry}`, "--state", directory.path, ...args]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

test("a state directory has one start, and cannot be reset under it", async () => {
  using _held = lockDirectory(directory.path);

  for (const entry of ["start.ts", "reset.ts"]) {
    const { code, output } = await run(entry);
    expect(output).toBe(`${directory.path} is in use by another process (pid ${process.pid})\n`);
    expect(code).toBe(1);
  }
});

test("a port that is taken is named", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const { code, output } = await run("start.ts", "--port", `${port}`, "--aws-port", "0");

  expect(output).toBe(`Framequeue did not start. Port ${port} is in use by another program.\n`);
  expect(code).toBe(1);
  server.close();
});

test("a video that is not there is named before anything starts", async () => {
  const { code, output } = await run("start.ts", "no/such.mp4");

  expect(output).toBe("There is no file no/such.mp4.\n");
  expect(code).toBe(1);
});

test("reset removes a state directory, and no other", async () => {
  const marked = join(directory.path, "nothing-of-ours");
  mkdirSync(marked);

  expect(await run("reset.ts", "--state", marked)).toEqual({
    code: 1,
    output: `${marked} is no state directory.\n`,
  });
  expect(await run("reset.ts")).toEqual({
    code: 0,
    output: `Nothing is left in ${directory.path}.\n`,
  });
  expect(existsSync(directory.path)).toBe(false);
});

test("the options are what npm start was given", () => {
  const args = "clip.mp4 --exit --workers 3 --port 0 --context leaseSeconds=4 --context a=b=c";

  expect(parseStartOptions(args.split(" "))).toMatchObject({
    video: "clip.mp4",
    sample: true,
    exit: true,
    workers: 3,
    port: 0,
    awsPort: 4566,
    stateDirectory: ".framequeue",
    context: { leaseSeconds: "4", a: "b=c" },
  });
  expect(parseStartOptions(["--aws-url", "http://127.0.0.1:9/"])).toMatchObject({
    awsUrl: "http://127.0.0.1:9",
  });
  expect(parseStartOptions(["--no-sample"])).toMatchObject({ sample: false, video: undefined });
  expect(parseStartOptions(["--help"])).toBeUndefined();
});

test.each([
  [["--workers", "many"], /--workers takes a whole number from 0 to 64, not many/],
  [["--port", "70000"], /--port takes a whole number from 0 to 65535, not 70000/],
  [["--aws-url", "127.0.0.1:9"], /--aws-url takes http:\/\/HOST:PORT, not 127.0.0.1:9/],
  [["--aws-url", "http://h:9/x"], /--aws-url takes http:\/\/HOST:PORT, not http:\/\/h:9\/x/],
  [["--context", "lease"], /--context takes KEY=VALUE, not lease/],
  [["one.mp4", "two.mp4"], /One video at a time: one.mp4, two.mp4/],
  [["--sampel"], /sampel/],
])("refuses %j", (args, message) => {
  expect(() => parseStartOptions(args)).toThrow(message);
});
