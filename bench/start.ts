// What a worker's start costs, from nothing to its first poll: npm run bench:start -- [--against CHECKOUT] [--rounds N]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { controlGroup, processorSecondsOf } from "./start/control-group.ts";
import { openStillAws } from "./start/still-aws.ts";
import { printTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    /** Another checkout, started by turns with this one. */
    against: { type: "string" },
    rounds: { type: "string", default: "15" },
  },
});
const here = join(import.meta.dirname, "..");
const checkouts = values.against === undefined ? [here] : [values.against, here];
const readySecondsMax = 60;

interface Start {
  /** Processor seconds of the worker, and of the programs that it started. */
  readonly own: number;
  readonly programs: number;
  readonly wall: number;
}

const possible = controlGroup();
if (typeof possible === "string") {
  console.log(`SKIPPED: ${possible}.`);
  process.exit(0);
}
await possible[Symbol.asyncDispose]();

await using aws = await openStillAws();
const folder = mkdtempSync(join(tmpdir(), "framequeue-start-"));

/** Starts the checkout's worker and stops it at its first poll; by SIGTERM, so that it may keep what it keeps. */
async function start(checkout: string, cache: string): Promise<Start> {
  const group = controlGroup();
  if (typeof group === "string") throw new Error(group);
  await using _ = group;
  const startedAt = performance.now();
  const polled = aws.polled();
  const [shell, ...words] = [
    ...group.words,
    process.execPath,
    join(checkout, "gpu-worker/main.ts"),
  ];
  const child = spawn(shell, words, {
    cwd: checkout,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...(process.env["PATH"] && { PATH: process.env["PATH"] }),
      ...(process.env["FFMPEG_PATH"] && { FFMPEG_PATH: process.env["FFMPEG_PATH"] }),
      ...(process.env["FFPROBE_PATH"] && { FFPROBE_PATH: process.env["FFPROBE_PATH"] }),
      HOME: cache,
      AWS_REGION: "eu-central-1",
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      JOBS_TABLE: "jobs",
      MEDIA_BUCKET: "media",
      WORK_QUEUE_URL: `${aws.url}/000000000000/work`,
      REQUIRE: "cpu",
      DETECTOR_THREADS: "1",
      MODEL_CACHE_DIRECTORY: join(cache, "models"),
      SCRATCH_DIRECTORY: join(cache, "scratch"),
    },
  });
  const exited = once(child, "exit");
  const late = AbortSignal.timeout(readySecondsMax * 1000);
  await Promise.race([polled, exited, once(late, "abort")]);
  if (child.exitCode !== null || late.aborted) throw new Error(`${checkout} does not come to poll`);
  const wall = (performance.now() - startedAt) / 1000;
  const [all, own] = [group.processorSeconds(), processorSecondsOf(child.pid!)];
  child.kill("SIGTERM");
  await exited;
  return { own, programs: all - own, wall };
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const first: Start[] = [];
const later: Start[][] = checkouts.map(() => []);
try {
  // Once with nothing kept, and once more that it settles.
  for (const [at, checkout] of checkouts.entries()) {
    first.push(await start(checkout, join(folder, `${at}`)));
    await start(checkout, join(folder, `${at}`));
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [at, checkout] of checkouts.entries()) {
      later[at]!.push(await start(checkout, join(folder, `${at}`)));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const rows = checkouts.flatMap((_, at) => {
  const name = checkouts.length > 1 && at === 0 ? "the other checkout" : "this checkout";
  const of = (part: keyof Start) => median(later[at]!.map((each) => each[part]));
  const row = (what: string, { own, programs, wall }: Start) => [
    `${name}, ${what}`,
    `${own.toFixed(2)} s`,
    `${programs.toFixed(2)} s`,
    `${(own + programs).toFixed(2)} s`,
    `${wall.toFixed(2)} s`,
  ];
  return [
    row("its first start", first[at]!),
    row(`median of ${values.rounds} later ones`, {
      own: of("own"),
      programs: of("programs"),
      wall: of("wall"),
    }),
  ];
});
const columns = ["", "worker", "its programs", "processor", "until it polls"];
printTable("What a start costs, up to the first poll", columns, rows);
if (later.length > 1) {
  const cost = (starts: readonly Start[]) =>
    median(starts.map(({ own, programs }) => own + programs));
  console.log(
    `\nProcessor time, this to the other: ${(cost(later[1]!) / cost(later[0]!)).toFixed(2)}`,
  );
}
