import { expect, test } from "vitest";
import { compileEventPattern } from "../../../local/aws/events/event-pattern.ts";

const event = {
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:aws:s3:::one", "arn:aws:s3:::two"],
  detail: { bucket: { name: "media" }, object: { key: "uploads/1/source", size: 5 } },
};

test.for([
  { pattern: { source: ["aws.s3"] } },
  { pattern: { source: ["other", "aws.s3"], "detail-type": ["Object Created"] } },
  { pattern: { detail: { bucket: { name: ["media"] }, object: { size: [5] } } } },
  { pattern: { detail: { object: { key: [{ prefix: "uploads/" }] } } } },
  { pattern: { detail: { object: { key: [{ suffix: "/source" }, "other"] } } } },
  { pattern: { detail: { object: { key: [{ "anything-but": ["a", "b"] }] } } } },
  { pattern: { detail: { object: { key: [{ "anything-but": { prefix: "inbox/" } }] } } } },
  { pattern: { detail: { object: { etag: [{ exists: false }], size: [{ exists: true }] } } } },
  { pattern: { detail: { bucket: { name: ["media", { exists: false }] } } } },
  { pattern: { detail: { deployment: ["jobs", { exists: false }] } } },
  { pattern: { resources: ["arn:aws:s3:::two"] } },
])("fits $pattern", ({ pattern }) => {
  expect(compileEventPattern(pattern)(event)).toBe(true);
});

test.for([
  { pattern: { source: ["aws.sqs"] } },
  { pattern: { source: ["aws.s3"], "detail-type": ["Object Deleted"] } },
  { pattern: { detail: { object: { size: ["5"] } } } },
  { pattern: { detail: { object: { key: [{ prefix: "inbox/" }] } } } },
  { pattern: { detail: { object: { key: [{ suffix: ".mp4" }] } } } },
  { pattern: { detail: { object: { key: [{ "anything-but": "uploads/1/source" }] } } } },
  { pattern: { detail: { object: { key: [{ "anything-but": { suffix: "source" } }] } } } },
  { pattern: { detail: { object: { etag: [{ "anything-but": "x" }] } } } },
  { pattern: { detail: { object: { etag: [{ exists: true }] } } } },
  { pattern: { detail: { bucket: { name: ["other", { exists: false }] } } } },
  { pattern: { detail: { absent: { deeper: ["x"] } } } },
  { pattern: { resources: ["arn:aws:s3:::three"] } },
])("does not fit $pattern", ({ pattern }) => {
  expect(compileEventPattern(pattern)(event)).toBe(false);
});

test.for([
  { pattern: {} },
  { pattern: { source: [] } },
  { pattern: { source: "aws.s3" } },
  { pattern: { source: [{ wildcard: "aws.*" }] } },
  { pattern: { source: [{ prefix: { "equals-ignore-case": "aws" } }] } },
  { pattern: { source: [{ "anything-but": { wildcard: "aws.*" } }] } },
  { pattern: { detail: { object: { size: [{ numeric: [">", 0] }] } } } },
  { pattern: { $or: [{ source: ["aws.s3"] }] } },
])("refuses $pattern, which it would otherwise ignore", ({ pattern }) => {
  expect(() => compileEventPattern(pattern)).toThrow("pattern");
});
