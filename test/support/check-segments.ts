import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { cutSegments } from "../../gpu-worker/pipeline/cut/cut-segments.ts";
import { rehearsed } from "../../gpu-worker/pipeline/cut/rehearse.ts";
import { gapsOfSegments } from "../../gpu-worker/pipeline/decode/gaps.ts";
import { framesOf, opened, type Asked } from "../gpu-worker/support/decoded.ts";

/** What came of cutting a video in one way, and everything in which it differs from the video decoded whole. */
export interface CheckedCut {
  readonly segments: number;
  readonly undivided: string | undefined;
  /** Segments that were decoded from the file's beginning after a seek in vain. */
  readonly astray: number;
  readonly faults: readonly string[];
}

type Frames = Awaited<ReturnType<typeof framesOf>>;
const told = ({ frames }: Pick<Frames, "frames">) =>
  frames.map(({ frameIndex, pts, t, digest }) => `${frameIndex} ${pts} ${t} ${digest}`);

/** Decodes the video in the folder whole, and cut into about so many segments for each of `pieces`. */
export async function checkSegments(
  folder: string,
  tools: Tools,
  asked: Asked,
  pieces: readonly number[],
): Promise<CheckedCut[]> {
  const request = await opened(folder, tools, asked);
  const { video, selection } = request;
  const whole = await framesOf(tools, request);
  const expected = told(whole);

  const results: CheckedCut[] = [];
  for (const piece of pieces) {
    const size = { framesTarget: Math.ceil(expected.length / piece), segmentsMax: 1000 };
    const { segments, undivided } = cutSegments(video, selection, size);
    const parts = [];
    for (const segment of segments) parts.push(await framesOf(tools, request, segment));

    const faults: string[] = [];
    const must = (what: string, holds: boolean, seen: unknown) => {
      if (!holds) faults.push(`${segments.length} segments, ${what}: ${JSON.stringify(seen)}`);
    };
    const got = parts.flatMap(told);
    const wrong = expected.findIndex((line, at) => line !== got[at]);
    must("as many frames", got.length === expected.length, [got.length, expected.length]);
    must("the same frames", wrong < 0, [expected[wrong], got[wrong]]);
    const gaps = gapsOfSegments(parts.flatMap((part) => part.gaps));
    must("the same gaps", JSON.stringify(gaps) === JSON.stringify(whole.gaps), [gaps, whole.gaps]);
    if (segments.length > 1) {
      const promised = segments.map(({ framesTotal }) => framesTotal);
      const given = parts.map(({ frames }) => frames.length);
      must("each what it promises", promised.join() === given.join(), [promised, given]);
      const decoded = parts.map(({ framesDecoded }) => framesDecoded);
      const packets = segments.map((segment) => segment.packets);
      must("decodes its packets", packets.join() === decoded.join(), [packets, decoded]);
    }

    const astray = parts.filter((part) => part.astray).length;
    results.push({ segments: segments.length, undivided, astray, faults });
  }
  return results;
}

/** Why the worker would not cut the video in the folder into about so many segments, if so. */
export async function whyWhole(
  folder: string,
  tools: Tools,
  pieces: number,
): Promise<string | undefined> {
  const request = await opened(folder, tools);
  const { video, selection } = request;
  const size = { framesTarget: Math.ceil(video.packets.pts.length / pieces), segmentsMax: 1000 };
  const cut = cutSegments(video, selection, size);
  const live = { signal: new AbortController().signal, advance: () => {} };
  return (await rehearsed(tools.ffmpeg, { ...request, ...live, cut })).undivided;
}
