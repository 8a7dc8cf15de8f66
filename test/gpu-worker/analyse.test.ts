import { expect, test } from "vitest";
import type { FrameDetections } from "../../contracts/detection.ts";
import type { TrackerName } from "../../contracts/pipeline.ts";
import { analyse } from "../../gpu-worker/analyse.ts";
import { clip } from "./support/clips.ts";
import { everyFrame } from "./support/analysed.ts";
import { planned } from "./support/previewed.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { builtInManifests } from "../../models/catalog.ts";

const tools = await findTools({ environment: process.env });
const model = builtInManifests[0]!;
const folder = clip(
  tools,
  "mp4",
  "-f",
  "lavfi",
  "-i",
  "testsrc2=d=10:s=64x64:r=1",
  "-c:v",
  "mpeg4",
);

/** Analyses frames of which each shows one player more than the one before; what is told of them, and when. */
async function told({
  frames,
  promised,
  tracker = "none",
}: {
  frames: number;
  promised: number;
  tracker?: TrackerName;
}) {
  const looked = await planned(folder, tools);
  let given = 0;
  const posters: { seconds: number; given: number }[] = [];
  const firsts: { given: number }[] = [];
  async function* rising(): AsyncGenerator<FrameDetections> {
    while (given < frames) {
      const t = given++;
      const player = { class_id: 0, label: "player", score: 0.9, box: [0, 0, 9, 9] } as const;
      const detections = Array.from({ length: given }, () => ({
        ...player,
        box: [...player.box] as [number, number, number, number],
      }));
      yield { frame_index: t, pts: t, t, detections };
    }
  }
  await analyse(
    {
      ...looked,
      // Where none is known, every frame is as near as any other.
      video: { ...looked.video, packets: { ...looked.video.packets, keys: Float64Array.of() } },
      settings: { ...everyFrame, overlap: model.post, tracker },
      model,
      floors: { scoreMin: Float32Array.of(0.1), scoreMinAny: 0.1 },
      framesTotal: promised,
    },
    { frames: rising(), account: () => ({ framesDecoded: frames, gaps: [] }) },
    {
      signal: looked.signal,
      advance: () => {},
      report: () => {},
      monotonic: () => 0,
      onFirstFrame: () => firsts.push({ given }),
      onPosterTime: (seconds) => posters.push({ seconds, given }),
    },
  );
  return { posters, firsts };
}

test("the first frame is told of, once, when its boxes are known, though a tracker waits for the next", async () => {
  const { firsts } = await told({ frames: 10, promised: 10, tracker: "byte-track" });

  expect(firsts).toEqual([{ given: 1 }]);
});

test("the poster is chosen, once, while the last tenth is still to come", async () => {
  const { posters } = await told({ frames: 10, promised: 10 });

  expect(posters).toEqual([{ seconds: 8, given: 9 }]);
});

test("where gaps leave fewer frames than that, it is chosen at the end", async () => {
  const { posters } = await told({ frames: 6, promised: 10 });

  expect(posters).toEqual([{ seconds: 5, given: 6 }]);
});
