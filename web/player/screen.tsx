import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { drawBoxes } from "./draw-boxes.ts";
import { fitted } from "./fit.ts";
import { calibrate, onPicture, seek, showFrame, togglePlay } from "./playback.ts";
import { playedOf } from "./result-files.ts";
import { styleOf } from "./session.ts";
import type { Session } from "./session.ts";
import { watchFrames } from "./watch-frames.ts";

/** The video with the boxes of the frame that is on the screen. */
export function Screen({ session, startAt }: { session: Session; startAt: number | undefined }) {
  const screen = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const unplayable = useSignal(false);
  const { files, manifest } = session;

  useEffect(() => {
    const element = video.current!;
    session.video.value = element;
    const stops = [
      keepPicture(session, element, startAt),
      keepDrawn(session, screen.current!, canvas.current!, element),
    ];
    return () => {
      for (const stop of stops) stop();
      session.video.value = null;
    };
  }, [session]);

  // A signature that ran out looks to the player like a broken file: fresh links, once per link, tell them apart.
  const renewed = useRef<string | undefined>(undefined);
  const onError = async ({ currentTarget: element }: { currentTarget: HTMLVideoElement }) => {
    const { paused, currentTime } = element;
    if (renewed.current === element.src) {
      unplayable.value = true;
      return;
    }
    const links = await files.renew().catch((error: unknown) => {
      session.fault.value = error;
    });
    if (links === undefined) return;
    const fresh = playedOf(links);
    renewed.current = fresh.url;
    element.src = fresh.url;
    element.currentTime = currentTime;
    if (!paused) await element.play().catch(() => undefined);
  };

  // Fixed for the player's life: fresh links must not make it load the video anew.
  // No poster: it would stand under the boxes of another frame until the first seek.
  const src = useMemo(() => playedOf(files.links.peek()).url, [files]);
  const { width, height, pixel_aspect_ratio } = manifest.video;
  return (
    <div
      class="screen"
      ref={screen}
      style={{ aspectRatio: String((width * pixel_aspect_ratio) / height) }}
    >
      <video
        ref={video}
        src={src}
        crossOrigin="anonymous"
        playsInline
        preload="auto"
        aria-label={manifest.filename}
        onError={(event) => void onError(event)}
        onClick={() => togglePlay(session)}
        onPlay={() => (session.playing.value = true)}
        onPause={() => (session.playing.value = false)}
      />
      <canvas ref={canvas} aria-hidden="true" />
      {unplayable.value && (
        <p class="unplayable" role="alert">
          This browser cannot play the video ({manifest.video.codec} in {manifest.video.container}).
          The timeline, the detections and the downloads are all here.
        </p>
      )}
    </div>
  );
}

/** Follows the pictures on the screen, calibrates on the first one and only then goes to where the link points. */
function keepPicture(
  session: Session,
  element: HTMLVideoElement,
  startAt: number | undefined,
): () => void {
  let firstMediaTime: number | undefined;
  let mediaTime: number | undefined;
  // Only a picture that nobody sought is the first one; the player's clock stands at zero then, or at its time.
  let sought = false;
  const onSeeking = () => (sought = true);
  element.addEventListener("seeking", onSeeking);
  const stopWatching = watchFrames(element, (shown) => {
    if (firstMediaTime === undefined && !sought && element.currentTime <= shown) {
      firstMediaTime = shown;
      calibrate(session, shown);
      // Played from zero, the first picture would stand still until its time.
      if (session.offset.value > 1 && startAt === undefined) seek(session, 0);
    }
    mediaTime = shown;
    onPicture(session, shown);
    start();
    showPart();
  });

  let started = startAt === undefined;
  const start = () => {
    if (started) return;
    started = true;
    seek(session, startAt!);
  };
  let isPlaced = startAt !== undefined;
  /** Of a part that begins later its first frame is shown, once both are here, unless somebody has gone elsewhere. */
  const showPart = () => {
    if (isPlaced || mediaTime === undefined || session.table.peek().frames === 0) return;
    isPlaced = true;
    if (session.frame.peek() < 0 && !sought) showFrame(session, 0);
  };
  // No picture comes where the codec is unknown; the link's place still counts for the timeline.
  const patience = setTimeout(start, 1500);

  // Detections that arrive later belong to the picture that is on the screen already.
  const stopFilling = effect(() => {
    if (session.table.value.frames === 0) return;
    if (firstMediaTime !== undefined) calibrate(session, firstMediaTime);
    if (mediaTime !== undefined) onPicture(session, mediaTime);
    showPart();
  });
  return () => {
    clearTimeout(patience);
    element.removeEventListener("seeking", onSeeking);
    stopWatching();
    stopFilling();
  };
}

/** Keeps the canvas as sharp as the screen and draws again whenever anything it shows has changed. */
function keepDrawn(
  session: Session,
  screen: HTMLElement,
  canvas: HTMLCanvasElement,
  element: HTMLVideoElement,
): () => void {
  const context = canvas.getContext("2d")!;
  const { manifest } = session;

  const draw = () => {
    const ratio = devicePixelRatio;
    const [width, height] = [screen.clientWidth, screen.clientHeight];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high)
      [canvas.width, canvas.height] = [wide, high];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    screen.dataset["frame"] = String(session.table.value.frameIndex[session.frame.value] ?? -1);
    if (!session.overlay.value) return;

    drawBoxes(context, {
      table: session.table.value,
      frame: session.frame.value,
      filter: session.filter.value,
      style: styleOf(session),
      pointed: session.pointed.value,
      classes: manifest.model.classes,
      source: manifest.video,
      target: fitted({ width, height }, { width: element.videoWidth, height: element.videoHeight }),
    });
  };

  const stopDrawing = effect(draw);
  const observer = new ResizeObserver(draw);
  observer.observe(screen);
  element.addEventListener("loadedmetadata", draw);
  return () => {
    stopDrawing();
    observer.disconnect();
    element.removeEventListener("loadedmetadata", draw);
  };
}
