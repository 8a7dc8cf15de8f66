import type { ChildProcess } from "node:child_process";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cliWorld } from "../support/cli-world.ts";
import { keyOf } from "../support/fake-framequeue.ts";

const sizeBytes = 1_000_000;
const partBytes = 64 * 1024;
const parts = Math.ceil(sizeBytes / partBytes);

async function multipartWorld() {
  const world = await cliWorld();
  world.system.multipartBytesMin = 1;
  world.system.partBytes = partBytes;
  world.system.publish({});
  const bytes = await world.writeVideo("clip.mp4", sizeBytes);

  const { system } = world;
  return {
    ...world,
    storedParts: () =>
      system.bucket.log.filter(
        ({ operation, status }) => operation === "upload_part" && status === 200,
      ),
    isWhole: () => {
      const [job] = [...system.jobs.values()];
      return system.bucket.objects.get(keyOf(job!))?.body.equals(bytes);
    },
    /** Runs the command and sends it the signal in the middle of its seventh part. */
    stopInMidUpload: async (signal: NodeJS.Signals) => {
      let child: ChildProcess | undefined;
      let left = 7;
      system.bucket.intercept = async ({ partNumber }) => {
        if (partNumber !== undefined && --left <= 0) {
          if (left === 0) child?.kill(signal);
          await sleep(300);
        }
        return undefined;
      };
      const run = await world.cli(["detect", "clip.mp4"], {
        onStart: (process) => (child = process),
      });
      system.bucket.intercept = async () => undefined;
      return run;
    },
  };
}

test("a large file goes up in parts that are its bytes", async () => {
  const { cli, isWhole, storedParts } = await multipartWorld();

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(storedParts()).toHaveLength(parts);
  expect(isWhole()).toBe(true);
});

test("after a kill the same command goes on: one job, no part twice", async () => {
  const { system, cli, stopInMidUpload, storedParts, isWhole } = await multipartWorld();
  await stopInMidUpload("SIGKILL");
  const before = storedParts().length;

  const { exitCode, stderr } = await cli(["detect", "clip.mp4"]);

  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(parts);
  expect(exitCode).toBe(0);
  expect(stderr).toContain("begun earlier");
  expect(system.jobs.size).toBe(1);
  expect(storedParts()).toHaveLength(parts);
  expect(isWhole()).toBe(true);
});

test("Ctrl-C in mid-upload exits with 130 and says that the same command goes on", async () => {
  const { stopInMidUpload } = await multipartWorld();

  const { exitCode, stdout, stderr } = await stopInMidUpload("SIGINT");

  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/same command goes on.*\n.*framequeue detect clip\.mp4/);
  expect(stdout).toBe("");
});

test("a file that changed since is a new upload, not the rest of the old one", async () => {
  const { system, folder, cli, stopInMidUpload, isWhole } = await multipartWorld();
  await stopInMidUpload("SIGKILL");
  await utimes(join(folder, "clip.mp4"), new Date(), new Date(Date.now() + 60_000));

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(system.jobs.size).toBe(2);
  expect(isWhole()).toBeFalsy();
});

test("a job that was removed meanwhile is opened anew", async () => {
  const { system, cli, stopInMidUpload, isWhole } = await multipartWorld();
  await stopInMidUpload("SIGKILL");
  system.jobs.clear();

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(isWhole()).toBe(true);
});

test("an upload that the store has dropped begins again from its first part", async () => {
  const { system, cli, stopInMidUpload, isWhole } = await multipartWorld();
  await stopInMidUpload("SIGKILL");
  system.bucket.multiparts.clear();

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(isWhole()).toBe(true);
});

test.each([
  ["a part is refused for a moment", "upload_part", 503],
  ["the answer to a part is lost", "upload_part", 0],
  ["the upload's first answer is lost", "create_multipart", 503],
] as const)("%s: it is sent again", async (_, operation, status) => {
  const { system, cli, isWhole } = await multipartWorld();
  let faults = operation === "upload_part" ? 3 : 1;
  system.bucket.intercept = async ({ method, partNumber }) => {
    const matches = operation === "upload_part" ? partNumber !== undefined : method === "POST";
    return matches && faults-- > 0 ? status : undefined;
  };

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(faults).toBeLessThanOrEqual(0);
  expect(exitCode).toBe(0);
  expect(isWhole()).toBe(true);
});

test("the answer to the one PUT is lost: the refusal of the second counts as done", async () => {
  const { system, cli, isWhole } = await multipartWorld();
  system.multipartBytesMin = 1e9;
  let faults = 1;
  system.bucket.intercept = async () => (faults-- > 0 ? 0 : undefined);

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(system.bucket.log.map(({ operation, status }) => `${operation} ${status}`)).toContain(
    "put 412",
  );
  expect(isWhole()).toBe(true);
});

test("the answer to the joining of the parts is lost: nothing is sent again", async () => {
  const { system, cli, isWhole, storedParts } = await multipartWorld();
  const { bucket } = system;
  bucket.intercept = async ({ method, uploadId, key }) => {
    const multipart = method === "POST" && bucket.multiparts.get(uploadId ?? "");
    if (!multipart) return undefined;
    const inOrder = [...multipart.parts].sort(([one], [other]) => one - other);
    const body = Buffer.concat(inOrder.map(([, part]) => part));
    bucket.objects.set(key, { body, contentType: "video/mp4" });
    bucket.multiparts.delete(uploadId!);
    return 0;
  };

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(bucket.log).toContainEqual({ operation: "complete_multipart", status: 404 });
  expect(storedParts()).toHaveLength(parts);
  expect(isWhole()).toBe(true);
});

test("a storage that refuses for good is said with its own words", async () => {
  const { system, cli } = await multipartWorld();
  system.bucket.intercept = async () => 400;

  const { exitCode, stderr } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("The storage refuses: 400 SlowDown");
});
