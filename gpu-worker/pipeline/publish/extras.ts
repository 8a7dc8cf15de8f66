import { join } from "node:path";
import type { Playback } from "../../../contracts/artifact.ts";
import type { Tools } from "../../ffmpeg/find.ts";
import { sourceName } from "../../ffmpeg/input.ts";
import { wordsOf, type Log } from "../../log.ts";
import { unlessAborted } from "../../wait.ts";
import { documentTypeOf } from "./document-type.ts";
import { whyPreview } from "./plays-in-browsers.ts";
import { makePoster } from "./poster.ts";
import { makePreview, type PreviewRequest } from "./preview.ts";
import { makeSprite, type Sprite } from "./sprite.ts";

/** What a person sees of a video beside its detections. A result is whole without any of it. */
export interface Extras {
  readonly playback: Playback;
  readonly previewPath: string | undefined;
  readonly sprite: Sprite | undefined;
  readonly posterPath: string | undefined;
}

/** Extras that are being made while frames are analysed. */
export interface StartedExtras extends AsyncDisposable {
  /** Rejects only when the work was stopped. Each step has a limit on its time, or is watched. */
  readonly finished: Promise<Extras>;
}

type Request = PreviewRequest & {
  readonly log: Log;
  /** Nothing is started before: what detects is in a hurry, this is not. */
  readonly after: Promise<void>;
  /** Seconds at which the poster is taken, as soon as they are known. */
  readonly posterTime: Promise<number>;
};

/** Starts what people look at: the sprite, the preview where browsers need one, the poster. Disposed of, it stops them. */
export function startExtras(tools: Tools, request: Request): StartedExtras {
  const disposed = new AbortController();
  const signal = AbortSignal.any([request.signal, disposed.signal]);
  const finished = make(tools, { ...request, signal });
  finished.catch(() => {});
  return {
    finished,
    async [Symbol.asyncDispose]() {
      disposed.abort();
      await finished.catch(() => {});
    },
  };
}

async function make(tools: Tools, request: Request): Promise<Extras> {
  const making = [inTheBackground(tools, request), poster(tools, request)] as const;
  // Also where one of them was stopped: nothing may still write into the folder once this is over.
  await Promise.allSettled(making);
  const [others, posterPath] = await Promise.all(making);
  return { ...others, posterPath };
}

async function inTheBackground(
  tools: Tools,
  request: Request,
): Promise<Omit<Extras, "posterPath">> {
  const { log, after, signal } = request;
  await unlessAborted(after, signal);
  const sprite = await unlessItFails(makeSprite(tools.ffmpeg, request), request, (error) => {
    log("WARN", "no sprite was made", { error });
    return undefined;
  });
  return { sprite, ...(await makePlayback(tools, request)) };
}

async function poster(tools: Tools, request: Request): Promise<string | undefined> {
  const { log, signal, posterTime } = request;
  const seconds = await unlessAborted(posterTime, signal);
  const made = makePoster(tools.ffmpeg, { ...request, seconds });
  return unlessItFails(made, request, (error) => {
    log("WARN", "no poster was made", { error });
    return undefined;
  });
}

async function makePlayback(
  tools: Tools,
  request: Request,
): Promise<Pick<Extras, "playback" | "previewPath">> {
  const { folder, video, log } = request;
  const documentType = await documentTypeOf(join(folder, sourceName));
  const why = whyPreview({ ...video, documentType });
  if (why === undefined) {
    const playback = { preview_needed: null, preview_start: null, preview_missing: null };
    return { playback, previewPath: undefined };
  }
  const made = await unlessItFails(makePreview(tools, request), request, (missing) => ({
    missing,
  }));
  if ("missing" in made) log("WARN", "no preview was made", { error: made.missing });
  return {
    playback: {
      preview_needed: why,
      preview_start: "path" in made ? made.startSeconds : null,
      preview_missing: "missing" in made ? made.missing : null,
    },
    previewPath: "path" in made ? made.path : undefined,
  };
}

/** A fault of an extra is no fault of the job's; being stopped is. */
async function unlessItFails<Value, Other>(
  step: Promise<Value>,
  { signal }: Pick<Request, "signal">,
  other: (why: string) => Other,
): Promise<Value | Other> {
  try {
    return await step;
  } catch (error) {
    signal.throwIfAborted();
    return other(wordsOf(error));
  }
}
