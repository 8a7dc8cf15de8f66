import { expect, test } from "vitest";
import { keys, parseSourceKey } from "../../contracts/keys.ts";
import { aJobId } from "../support/job-row.ts";

test("an upload's key leads back to its job", () => {
  expect(parseSourceKey(keys.upload(aJobId))).toEqual({ kind: "upload", jobId: aJobId });
});

test("an inbox key names the owner and the file, in folders too", () => {
  expect(parseSourceKey("inbox/ana/clip one+ü.mp4")).toEqual({
    kind: "inbox",
    owner: "ana",
    filename: "clip one+ü.mp4",
  });
  expect(parseSourceKey("inbox/ana/2026/coco/clip.mp4")).toMatchObject({ filename: "clip.mp4" });
});

test.each([
  "uploads/x/other",
  "results/x/source",
  "inbox/ana/",
  "inbox/clip.mp4",
  "uploads/source",
])("%s is nobody's video", (key) => {
  expect(parseSourceKey(key)).toBeUndefined();
});

test("two fences of one run never share a key", () => {
  expect(keys.artifact(aJobId, 1, 2, "manifest.json")).not.toBe(
    keys.artifact(aJobId, 1, 3, "manifest.json"),
  );
});
