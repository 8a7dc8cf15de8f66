import { expect, test } from "vitest";
import { webVtt } from "../../gpu-worker/pipeline/publish/webvtt.ts";
import { parseThumbnails, thumbnailAt } from "../../web/timeline/thumbnails.ts";

test("the page reads what the worker writes", () => {
  const text = "sprite.jpg#xywh=160,90,160,90";
  const vtt = webVtt([
    { start: 0, end: 2.5, text: "sprite.jpg#xywh=0,0,160,90" },
    { start: 3600.25, end: 360_000, text },
  ]);

  expect(parseThumbnails(vtt)).toEqual([
    { start: 0, end: 2.5, x: 0, y: 0, width: 160, height: 90 },
    { start: 3600.25, end: 360_000, x: 160, y: 90, width: 160, height: 90 },
  ]);
});

test("short times, other line ends and other cues are no obstacle", () => {
  const vtt =
    "WEBVTT\r\n\r\n1\r\n00:01.000 --> 00:02.000 align:start\r\na.jpg#xywh=pixel:1,2,3,4\r\n\r\n00:03.000 --> 00:04.000\r\nwords\r\n";

  expect(parseThumbnails(vtt)).toEqual([{ start: 1, end: 2, x: 1, y: 2, width: 3, height: 4 }]);
});

test("a time has the thumbnail of its stretch, and none outside of all", () => {
  const place = { x: 0, y: 0, width: 1, height: 1 };
  const cues = [
    { start: 4, end: 6, ...place },
    { start: 6, end: 7, ...place },
  ];

  expect(thumbnailAt(cues, 3.9)).toBeUndefined();
  expect(thumbnailAt(cues, 6)).toBe(cues[1]);
  expect(thumbnailAt(cues, 7)).toBe(cues[1]);
  expect(thumbnailAt(cues, 7.1)).toBeUndefined();
});
