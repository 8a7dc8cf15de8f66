import type { Video } from "../probe/probe.ts";

/** The facts of a video by which browsers play it or not. */
export type PlayFacts = Pick<Video, "container" | "codec" | "pixelFormat"> & {
  readonly fieldsApart?: boolean;
  readonly audioCodec?: string | undefined;
  /** Matroska's own word for its document; ffprobe calls WebM and MKV the same. */
  readonly documentType?: string | undefined;
};

type Kind = "mp4" | "webm";

const everyDepth = ["yuv420p", "yuv420p10le"];

/**
 * What Chrome, Firefox and Safari have in common, which is less than each of them can: a result is looked at in any.
 * H.264 in other formats than these is beyond every hardware decoder and all of Safari and Firefox.
 */
const played: Readonly<Record<Kind, Readonly<Record<string, readonly string[]>>>> = {
  mp4: { h264: ["yuv420p", "yuvj420p"], vp9: everyDepth, av1: everyDepth },
  webm: { vp8: ["yuv420p", "yuva420p"], vp9: everyDepth, av1: everyDepth },
};

/** Sound that Chromium takes for MP3 and, after some that it cannot decode, stops the picture for; other it leaves out. */
const stumbledOver = ["mp1", "mp2"];

/** Undefined where a browser plays the video itself; otherwise why it needs a preview, as a sentence. */
export function whyPreview(facts: PlayFacts): string | undefined {
  const { container, codec, pixelFormat, fieldsApart = false } = facts;
  const kind = kindOf(facts);
  if (!kind) return `Browsers do not open ${nameOf(facts)} files.`;
  const formats = played[kind][codec];
  if (!formats) return `Browsers do not play ${codec} in ${nameOf(facts)}.`;
  if (fieldsApart) return "Browsers stop at fields that are pictures of their own.";
  if (formats.includes(pixelFormat)) {
    const { audioCodec = "" } = facts;
    return stumbledOver.includes(audioCodec)
      ? `Browsers stop at its sound (${audioCodec}).`
      : undefined;
  }
  return `Not every browser plays ${codec} in ${pixelFormat} (${container.split(",")[0]}).`;
}

/** MOV has the boxes of MP4, and browsers open it as such. */
function kindOf({ container, documentType }: PlayFacts): Kind | undefined {
  if (/\bmp4\b/.test(container)) return "mp4";
  return /\bwebm\b/.test(container) && documentType === "webm" ? "webm" : undefined;
}

function nameOf(facts: PlayFacts): string {
  const kind = kindOf(facts);
  if (kind) return kind === "mp4" ? "MP4" : "WebM";
  const [first = "these"] = facts.container.split(",");
  return first === "matroska" ? "MKV" : first.toUpperCase();
}
