import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { frameSlots } from "../../gpu-worker/detector/fit/frame-memory.ts";
import { placementOf } from "../../gpu-worker/detector/letterbox.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { decode } from "../../gpu-worker/pipeline/decode/decode.ts";
import { framePool } from "../../gpu-worker/pipeline/decode/frame-pool.ts";
import { selectionOf } from "../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { decodedPicture } from "../../gpu-worker/pipeline/decode/true-picture.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { smallInput } from "./support/decoded.ts";

const tools = await findTools({ environment: process.env });
const source = ["-f", "lavfi", "-i", "testsrc=d=8:s=320x240:r=25", "-pix_fmt", "yuv420p"];
const folder = clip(tools, "mp4", ...source);
const live = new AbortController().signal;
const video = await probe(tools.ffprobe, { folder, signal: live, advance: () => {} });

const placement = placementOf(video, smallInput);
const picture = decodedPicture(video, tools.ffmpeg, placement);
const { slots } = frameSlots(3, { picture, placement, input: smallInput });
const pictureBytes = slots[0]!.source.byteLength;

/** Decodes with a stand-in for ffmpeg, or with ffmpeg itself. */
function decoding({
  script,
  signal = live,
  poolFrames = 2,
  range,
}: {
  script?: string;
  signal?: AbortSignal;
  poolFrames?: number;
  range?: { start: number; end: number };
} = {}) {
  const path = join(temporaryFolder(), "ffmpeg");
  if (script) {
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return decode(script ? { ...tools.ffmpeg, path, sandbox: undefined } : tools.ffmpeg, {
    folder,
    video,
    selection: selectionOf(
      { mode: "every" },
      { range, clock: clockOf(video), pts: video.packets.pts },
    ),
    placement,
    picture,
    pool: framePool(slots.slice(0, poolFrames)),
    signal,
    advance: () => {},
  });
}

async function drained({ frames }: ReturnType<typeof decoding>): Promise<number> {
  let count = 0;
  for await (const { release } of frames) {
    count++;
    release();
  }
  return count;
}

test("an ffmpeg that hangs is noticed and killed; another try may succeed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const ending = drained(decoding({ script: "exec sleep 600" }));
  const failure = ending.catch((error: unknown) => error);

  // The watch begins once the first frame has been asked for.
  await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(11_000);
  vi.useRealTimers();

  expect(await failure).toMatchObject({ name: "RetryableError", code: "DECODE_STALLED" });
});

test("an ffmpeg that is killed is no verdict on the video", async () => {
  await expect(drained(decoding({ script: "kill -9 $$" }))).rejects.toMatchObject({
    name: "RetryableError",
    code: "DECODE_FAILED",
  });
});

test.each([
  ["5.1", ["[error] Decoder (codec none) not found for input stream #0:0"]],
  [
    "6.1",
    [
      "[vist#0:0/none @ 0x556325bf9500] [error] Decoding requested, but no decoder found for: none",
      "[vost#0:0/rawvideo @ 0x556325bfa840] [error] Error initializing a simple filtergraph",
      "[error] Error opening output files: Invalid argument",
    ],
  ],
])("a codec that ffmpeg %s has no decoder for is called that", async (_, words) => {
  const script = `cat >&2 <<'END'\n${words.join("\n")}\nEND\nexit 1`;

  await expect(drained(decoding({ script }))).rejects.toMatchObject({
    name: "PermanentError",
    code: "DECODE_FAILED",
    message: expect.stringMatching(/^ffmpeg has no decoder for it: Decod/),
  });
});

test("an ffmpeg that tells of a frame and does not give it is not believed", async () => {
  const told = "echo '[info] Stream mapping:' >&2; echo ' n:   0 pts:      0 pts_time:0' >&2";

  await expect(drained(decoding({ script: told }))).rejects.toMatchObject({
    code: "DECODE_FAILED",
  });
});

test("a frame without a time has no place in a result", async () => {
  const told =
    "echo ' n:   0 pts:   NOPTS pts_time:NOPTS' >&2; head -c ${slots[0]!.source.byteLength} /dev/zero; sleep 1";

  await expect(drained(decoding({ script: told }))).rejects.toMatchObject({
    name: "PermanentError",
    code: "VIDEO_INCOMPLETE",
  });
});

test("time counted in other ticks than the container's is not taken for its", async () => {
  const told = `echo ' config in time_base: 1/1000000, frame_rate: 25/1' >&2; echo ' n: 0 pts: 0 ' >&2; head -c ${pictureBytes} /dev/zero; sleep 1`;

  await expect(drained(decoding({ script: told }))).rejects.toMatchObject({
    code: "DECODE_FAILED",
  });
});

test("ffmpeg stands still while nobody gives frames back: memory does not grow with the video", async () => {
  const { frames, account } = decoding({ poolFrames: 3 });
  const iterator = frames[Symbol.asyncIterator]();
  const held = [await iterator.next(), await iterator.next(), await iterator.next()];

  const fourth = iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 500));
  // Between ffmpeg and us lie its own queues and a pipe of 64 KiB, five frames here.
  expect(account().framesDecoded).toBeLessThan(60);

  for (const { value } of held) value!.release();
  expect((await fourth).value!.frameIndex).toBe(3);
  await iterator.return!();
});

test("an abort ends the decoding with its own reason", async () => {
  const stop = new AbortController();
  const { frames } = decoding({ signal: stop.signal });
  const iterator = frames[Symbol.asyncIterator]();
  await iterator.next();

  stop.abort(new Error("enough"));

  await expect(
    (async () => {
      for (;;) (await iterator.next()).value!.release();
    })(),
  ).rejects.toThrow("enough");
});

test.each([
  ["after", [0, "pixels", 51_200]],
  ["before", [0, 51_200, "pixels"]],
] as const)(
  "once the last frame of the range is out ffmpeg is ended, told of the next one %s its pixels",
  async (_, steps) => {
    const does = steps.map((step) =>
      step === "pixels"
        ? `head -c ${pictureBytes} /dev/zero`
        : `echo ' n:   0 pts: ${step} ' >&2; sleep 0.1`,
    );
    const script = [...does, "exec sleep 600"].join("; ");

    expect(await drained(decoding({ script, range: { start: 0, end: 1 } }))).toBe(1);
  },
  // Less than the stall limit, which would end it too.
  8000,
);

test("every frame of the container is accounted for", async () => {
  const whole = decoding();

  expect(await drained(whole)).toBe(200);
  expect(whole.account()).toEqual({ framesDecoded: 200, gaps: [] });
});

test.runIf(process.platform === "linux").each([
  ["SIGSTOP", "DECODE_STALLED", 11],
  ["SIGKILL", "DECODE_FAILED", 2],
] as const)(
  "a real ffmpeg that gets a %s is noticed: %s, within %i s",
  async (signal, code, seconds) => {
    const { frames } = decoding();
    const iterator = frames[Symbol.asyncIterator]();
    (await iterator.next()).value!.release();

    const startedAt = performance.now();
    for (const pid of childrenNamed("ffmpeg")) process.kill(pid, signal);
    const rest = (async () => {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        next.value.release();
      }
    })();

    await expect(rest).rejects.toMatchObject({ name: "RetryableError", code });
    expect((performance.now() - startedAt) / 1000).toBeLessThan(seconds);
    expect(childrenNamed("ffmpeg")).toEqual([]);
  },
);

/** Process ids of what this process has started that run such a program, through a sandbox or not. */
function childrenNamed(name: string): number[] {
  const living = new Map<number, { program: string; parent: number }>();
  for (const entry of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [, program, parent] = /^\d+ \((.*)\) [^Z] (\d+)/.exec(stat)!;
      living.set(Number(entry), { program: program!, parent: Number(parent) });
    } catch {
      // It has gone.
    }
  }
  const isOurs = (pid: number): boolean => {
    const parent = living.get(pid)?.parent;
    return parent === process.pid || (parent !== undefined && isOurs(parent));
  };
  return [...living].flatMap(([pid, { program }]) =>
    program === name && isOurs(pid) ? [pid] : [],
  );
}
