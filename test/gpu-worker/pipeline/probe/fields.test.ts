import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fieldsOf } from "../../../../gpu-worker/pipeline/probe/fields.ts";
import { temporaryFolder } from "../../support/clips.ts";

/** What is found of a recording that does not say whether it is interlaced, by a program of these lines. */
function found(script: string) {
  const folder = temporaryFolder();
  const path = join(folder, "ffprobe");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const ffprobe = { path, prefix: [], environment: { PATH: process.env["PATH"]! } };
  const stream = { index: 0, codec_name: "h264", time_base: "1/50", disposition: {}, tags: {} };
  return fieldsOf({ ...stream, side_data_list: [] }, ffprobe, {
    folder,
    signal: new AbortController().signal,
    advance: () => {},
  });
}

test("the field that was taken first is the one that the first pictures say", async () => {
  expect(await found("printf '0,0\\n1,1\\n'")).toMatchObject({ first: "top" });
  expect(await found("printf '1,0\\n'")).toMatchObject({ first: "bottom" });
  expect(await found("printf '0,0\\n'")).toBeUndefined();
});

test("an ffprobe that is killed is no word that a video is progressive", async () => {
  await expect(found("kill -9 $$")).rejects.toMatchObject({
    name: "RetryableError",
    code: "WORKER_FAILED",
  });
});

test("an ffprobe that hangs is no word that a video is progressive", async () => {
  const soon = AbortSignal.timeout(100);
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(soon);
  const finding = found("exec sleep 600");

  await expect(finding).rejects.toMatchObject({ name: "RetryableError", code: "DECODE_STALLED" });
  timeout.mockRestore();
});

test("one that its limit of processor time ends is heard as far as it came", async () => {
  expect(await found("printf '1,1\\n'; kill -XCPU $$")).toMatchObject({ first: "top" });
});
