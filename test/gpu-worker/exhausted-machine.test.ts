import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fetchSource } from "../../gpu-worker/fetch-source.ts";
import { keys } from "../../contracts/keys.ts";
import { aJobId } from "../support/job-row.ts";
import { mayMount, onDisk } from "../support/own-mounts.ts";
import { temporaryFolder } from "./support/clips.ts";

const source = { key: keys.upload(aJobId), etag: '"1"', sizeBytes: 1_000_000 };
const signal = new AbortController().signal;
const bytes = (sizeBytes: number) => ({
  read: async () =>
    (async function* () {
      for (let left = sizeBytes; left > 0; left -= 100_000) yield new Uint8Array(100_000);
    })(),
});

test("a download that ends early is tried again, never decoded", async () => {
  const path = join(temporaryFolder(), "source");

  const fetched = fetchSource(source, path, { bucket: bytes(900_000), signal, advance: () => {} });

  await expect(fetched).rejects.toMatchObject({
    name: "RetryableError",
    message: expect.stringContaining("900000 of 1000000 bytes"),
  });
});

test("a download that breaks off says how far it came", async () => {
  const path = join(temporaryFolder(), "source");
  const bucket = {
    read: async () =>
      (async function* () {
        yield new Uint8Array(100_000);
        throw new Error("aborted");
      })(),
  };

  await expect(
    fetchSource(source, path, { bucket, signal, advance: () => {} }),
  ).rejects.toMatchObject({
    name: "RetryableError",
    message: "The download broke off after 100000 of 1000000 bytes: aborted",
  });
});

test("a download that stalls is given up before the lease ends, and says so", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const path = join(temporaryFolder(), "source");
  const stalls = Promise.withResolvers<void>();
  const bucket = {
    read: async (_: string, { signal: until }: { signal?: AbortSignal } = {}) =>
      (async function* () {
        yield new Uint8Array(100_000);
        stalls.resolve();
        await new Promise((_resolve, reject) =>
          until!.addEventListener("abort", () => reject(until!.reason)),
        );
      })(),
  };
  const fetched = fetchSource(source, path, { bucket, signal, advance: () => {} }).catch(
    (error: unknown) => error,
  );
  await stalls.promise;
  vi.advanceTimersByTime(31_000);
  vi.useRealTimers();

  expect(await fetched).toMatchObject({
    name: "RetryableError",
    message: "The download stalled: nothing came for 30 s after 100000 of 1000000 bytes.",
  });
});

/** Runs a few lines in a process of their own, in front of which other programs may stand. */
function ran(prefix: readonly string[], lines: string) {
  const script = ["--input-type=module-typescript", "-e", lines];
  const command = [...prefix, process.execPath, ...script];
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    cwd: join(import.meta.dirname, "..", ".."),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

/** How a download into a place that is mounted like this ends: its error's code, and whether it is taken for permanent. */
function downloadedTo(mountOptions: string) {
  const place = temporaryFolder();
  const lines = `
    import { fetchSource } from "./gpu-worker/fetch-source.ts";
    import { PermanentError } from "./contracts/errors.ts";
    const bucket = { read: async () => (async function* () { for (;;) yield new Uint8Array(65536); })() };
    const source = { key: "k", etag: "e", sizeBytes: 1e9 };
    const signal = new AbortController().signal;
    await fetchSource(source, "${place}/source", { bucket, signal, advance() {} }).catch((error) =>
      console.log(error.code, error instanceof PermanentError));`;
  const { stdout, stderr } = ran(onDisk(place, mountOptions), lines);
  return [stdout.trim(), stderr];
}

test.skipIf(!mayMount)(
  "a full disk is no verdict on the video: the attempt fails with its reason",
  () => {
    expect(downloadedTo("size=1m")).toEqual(["ENOSPC false", expect.anything()]);
  },
);

test.skipIf(!mayMount)(
  "a read-only disk is no verdict on the video: the attempt fails with its reason",
  () => {
    expect(downloadedTo("ro")).toEqual(["EROFS false", expect.anything()]);
  },
);

test.skipIf(!hasPrlimit)(
  "without a free file handle a program fails to start, and starts once there is one",
  () => {
    const truePath = execFileSync("sh", ["-c", "command -v true"], { encoding: "utf8" }).trim();
    const lines = `
    import { closeSync, openSync } from "node:fs";
    import { run } from "./gpu-worker/ffmpeg/run.ts";
    const program = { path: "${truePath}", prefix: [], environment: {} };
    const opened = [];
    try { for (;;) opened.push(openSync("/dev/null")); } catch {}
    for (let tries = 0; tries < 20; tries++)
      await run(program, [], { seconds: 5 }).then(() => console.log("ran"), (error) => tries || console.log(error.code));
    for (const each of opened) closeSync(each);
    console.log((await run(program, [], { seconds: 5 })).code);`;

    const { stdout, stderr } = ran(["prlimit", "--nofile=64"], lines);

    expect([stdout.trim(), stderr]).toEqual(["EMFILE\n0", expect.anything()]);
  },
);
