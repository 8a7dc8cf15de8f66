import { expect, test } from "vitest";
import { chosen } from "../../../contracts/exports/chosen.ts";
import { cocoText } from "../../../contracts/exports/coco.ts";
import { csvText } from "../../../contracts/exports/csv.ts";
import { yoloPieces } from "../../../contracts/exports/yolo.ts";
import { classes, filesOf, textOf, tinyFrames, tinyManifest } from "./tiny-result.ts";

const shown = () => chosen(tinyFrames(), { scoreMin: 0.4 });

test("COCO has an image for each analysed frame and an annotation for each detection", async () => {
  const coco = JSON.parse(await textOf(cocoText(tinyManifest(), shown()))) as Record<
    string,
    unknown
  >;

  const size = { width: 200, height: 100 };
  const more = { iscrowd: 0, segmentation: [] };
  expect(coco["images"]).toEqual([
    { id: 1, file_name: "frame_000000.jpg", ...size, frame_index: 0, timestamp: 0 },
    { id: 6, file_name: "frame_000005.jpg", ...size, frame_index: 5, timestamp: 0.2 },
    { id: 11, file_name: "frame_000010.jpg", ...size, frame_index: 10, timestamp: 0.4 },
    { id: 16, file_name: "frame_000015.jpg", ...size, frame_index: 15, timestamp: 0.6 },
  ]);
  expect(coco["annotations"]).toEqual([
    {
      ...more,
      id: 1,
      image_id: 1,
      category_id: 1,
      bbox: [10, 20, 20.1, 40.4],
      area: 812.04,
      score: 0.9,
      track_id: 2,
    },
    {
      ...more,
      id: 2,
      image_id: 1,
      category_id: 2,
      bbox: [100, 50, 10, 10],
      area: 100,
      score: 0.5,
    },
    {
      ...more,
      id: 3,
      image_id: 6,
      category_id: 1,
      bbox: [12, 20, 20, 40],
      area: 800,
      score: 0.8,
      track_id: 2,
    },
    {
      ...more,
      id: 4,
      image_id: 16,
      category_id: 1,
      bbox: [16, 20, 20, 40],
      area: 800,
      score: 0.7,
      track_id: 2,
    },
  ]);
  expect(coco["categories"]).toEqual([
    { id: 1, name: classes[0], supercategory: "" },
    { id: 2, name: classes[1], supercategory: "" },
  ]);
});

test("COCO of nothing at all is whole, too", async () => {
  const none = chosen(tinyFrames(), { scoreMin: 1 });

  const coco = JSON.parse(await textOf(cocoText(tinyManifest(), none))) as Record<string, unknown>;

  expect(coco["annotations"]).toEqual([]);
  expect(coco["images"]).toHaveLength(4);
});

test("YOLO has a file of five columns for each analysed frame, and names their pictures", async () => {
  const files = await filesOf(yoloPieces(tinyManifest(), shown()));

  expect(files).toEqual({
    "data.yaml":
      "train: frames.txt\nval: frames.txt\n" +
      'names:\n  0: "player \\"home\\", away"\n  1: "ball & <net>"\n',
    "labels/frame_000000.txt": "0 0.10025 0.402 0.1005 0.404\n1 0.525 0.55 0.05 0.1\n",
    "labels/frame_000005.txt": "0 0.11 0.4 0.1 0.4\n",
    "labels/frame_000010.txt": "",
    "labels/frame_000015.txt": "0 0.13 0.4 0.1 0.4\n",
    "frames.txt": [0, 5, 10, 15]
      .map((index) => `./images/frame_0000${`${index}`.padStart(2, "0")}.jpg\n`)
      .join(""),
  });
});

test("CSV has a row for each detection, and quotes what must be", async () => {
  const csv = await textOf(csvText(tinyManifest(), shown()));

  const job = "01jc0000000000000000000000";
  expect(csv.split("\r\n")).toEqual([
    "job_id,frame_index,pts,time_seconds,class_id,label,score,track_id,x1,y1,x2,y2",
    `${job},0,0,0,0,"player ""home"", away",0.9,2,10,20,30.1,60.4`,
    `${job},0,0,0,1,ball & <net>,0.5,,100,50,110,60`,
    `${job},5,18000,0.2,0,"player ""home"", away",0.8,2,12,20,32,60`,
    `${job},15,54000,0.6,0,"player ""home"", away",0.7,2,16,20,36,60`,
    "",
  ]);
});
