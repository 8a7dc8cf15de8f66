import { expect, test } from "vitest";
import { chosen } from "../../../contracts/exports/chosen.ts";
import { cvatText } from "../../../contracts/exports/cvat.ts";
import { labelStudioText } from "../../../contracts/exports/label-studio.ts";
import { motPieces } from "../../../contracts/exports/mot.ts";
import { filesOf, textOf, tinyFrames, tinyManifest } from "./tiny-result.ts";

const shown = () => chosen(tinyFrames(), { scoreMin: 0.4 });

test("MOT has what was tracked, counted from 1, and the sequence's facts", async () => {
  const files = await filesOf(motPieces(tinyManifest(), shown()));

  expect(files).toEqual({
    "match_1_2.txt":
      "1,2,11,21,20.1,40.4,0.9,-1,-1,-1\n" +
      "6,2,13,21,20,40,0.8,-1,-1,-1\n" +
      "16,2,17,21,20,40,0.7,-1,-1,-1\n",
    "seqinfo.ini":
      "[Sequence]\nname=match_1_2\nimDir=img1\nframeRate=25\nseqLength=20\n" +
      "imWidth=200\nimHeight=100\nimExt=.jpg\n",
  });
});

const boxesIn = (cvat: string, id: number): string[] => {
  const [, track] = new RegExp(`<track id="${id}"[^>]*>(.*?)</track>`, "s").exec(cvat)!;
  return [...track!.matchAll(/<box (.*?) z_order="0"><\/box>/g)].map(([, box]) =>
    box!.replace('keyframe="1" ', "").replace('occluded="0" ', "").replaceAll('"', ""),
  );
};

test("CVAT has a track for each object, which is outside where it is not seen", async () => {
  const cvat = await textOf(cvatText(tinyManifest(), shown()));

  expect(boxesIn(cvat, 2)).toEqual([
    "frame=0 outside=0 xtl=10.00 ytl=20.00 xbr=30.10 ybr=60.40",
    "frame=5 outside=0 xtl=12.00 ytl=20.00 xbr=32.00 ybr=60.00",
    "frame=10 outside=1 xtl=12.00 ytl=20.00 xbr=32.00 ybr=60.00",
    "frame=15 outside=0 xtl=16.00 ytl=20.00 xbr=36.00 ybr=60.00",
    "frame=16 outside=1 xtl=16.00 ytl=20.00 xbr=36.00 ybr=60.00",
  ]);
  expect(boxesIn(cvat, 3)).toEqual([
    "frame=0 outside=0 xtl=100.00 ytl=50.00 xbr=110.00 ybr=60.00",
    "frame=5 outside=1 xtl=100.00 ytl=50.00 xbr=110.00 ybr=60.00",
  ]);
  expect(cvat.match(/<track /g)).toHaveLength(2);
});

test("CVAT's names are escaped, and its frames are those of the whole video", async () => {
  const cvat = await textOf(cvatText(tinyManifest(), shown()));

  expect(cvat).toContain('<track id="3" label="ball &amp; &lt;net&gt;" source="auto">');
  expect(cvat).toContain("<label><name>player &quot;home&quot;, away</name>");
  expect(cvat).toContain("<source>match, &quot;1&quot; &amp; 2.mp4</source>");
  expect(cvat).toContain("<size>20</size>");
  expect(cvat).toContain("<stop_frame>19</stop_frame>");
});

test("what XML cannot say is not in CVAT's file", async () => {
  const manifest = { ...tinyManifest(), filename: "a\u0000b\u001b\ud800\uffff.mp4" };

  const cvat = await textOf(cvatText(manifest, shown()));

  expect(cvat).toContain("<source>a\ufffdb\ufffd\ufffd\ufffd.mp4</source>");
});

test("behind the video's last frame CVAT is told nothing", async () => {
  const cvat = await textOf(cvatText(tinyManifest({ frames_decoded: 16 }), shown()));

  expect(boxesIn(cvat, 2).at(-1)).toMatch(/^frame=15 outside=0/);
});

test("where only a part was decoded, the packets say how long the video is", async () => {
  const manifest = tinyManifest({ frames_decoded: 16 });
  const settings = { ...manifest.settings, time_range: { start: 0, end: 0.62 } };

  const cvat = await textOf(cvatText({ ...manifest, settings }, shown()));

  expect(cvat).toContain("<size>20</size>");
  expect(boxesIn(cvat, 2).at(-1)).toMatch(/^frame=16 outside=1/);
});

test("Label Studio has a predicted region for each object, in percent", async () => {
  const text = await textOf(labelStudioText(tinyManifest(), shown()));

  const of = { type: "videorectangle", from_name: "box", to_name: "video" };
  const video = { framesCount: 20, duration: 0.8 };
  expect(JSON.parse(text)).toEqual([
    {
      data: { video: 'match, "1" & 2.mp4' },
      predictions: [
        {
          model_version: "pitch 1",
          result: [
            {
              ...of,
              id: "track_2",
              score: 0.8,
              value: {
                ...video,
                labels: ['player "home", away'],
                sequence: [
                  keyframe({ frame: 1, time: 0, x: 5, width: 10.05, height: 40.4, enabled: true }),
                  keyframe({ frame: 6, time: 0.2, x: 6, enabled: false }),
                  keyframe({ frame: 16, time: 0.6, x: 8, enabled: false }),
                ],
              },
            },
            {
              ...of,
              id: "track_3",
              score: 0.5,
              value: {
                ...video,
                labels: ["ball & <net>"],
                sequence: [
                  keyframe({
                    frame: 1,
                    time: 0,
                    x: 50,
                    y: 50,
                    width: 5,
                    height: 10,
                    enabled: false,
                  }),
                ],
              },
            },
          ],
        },
      ],
    },
  ]);
});

const keyframe = (own: object) => ({ y: 20, width: 10, height: 40, rotation: 0, ...own });
