import { expect, test } from "vitest";
import { ResultsView } from "../../contracts/api.ts";
import { cliWorld } from "../support/cli-world.ts";
import { keyOf } from "../support/fake-framequeue.ts";

test("a video goes up as it is, and what was found stands on stdout alone", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  const bytes = await writeVideo("clip.mp4", 300_000);
  system.publish({ "detections.ndjson.gz": "lines" });

  const { exitCode, stdout, stderr } = await cli(["detect", "clip.mp4"]);

  const [job] = [...system.jobs.values()];
  expect(exitCode).toBe(0);
  expect(system.bucket.objects.get(keyOf(job!))?.body.equals(bytes)).toBe(true);
  expect(job).toMatchObject({
    filename: "clip.mp4",
    content_type: "video/mp4",
    size_bytes: 300_000,
  });
  expect(stdout).toMatch(/^player +3 +2 +2 +0\.91$/m);
  expect(stdout).toMatch(/^ball +1 +1 +1 +0\.55$/m);
  expect(stdout).not.toContain("█");
  expect(stderr).toContain(`Job ${job!.job_id}`);
  expect(stderr).toContain("upload");
  expect(stderr).not.toContain("player");
});

test("--json prints exactly one object, with the job and links that work", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.publish({ "detections.ndjson.gz": "lines" });

  const { stdout } = await cli(["detect", "clip.mp4", "--json"]);

  const { job, results } = JSON.parse(stdout) as { job: { status: string }; results: unknown };
  const { artifacts } = ResultsView.parse(results);
  expect(job.status).toBe("completed");
  expect(await (await fetch(artifacts[0]!.url)).text()).toBe("lines");
});

test("--quiet leaves stderr empty", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.publish({});

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--quiet"]);

  expect(exitCode).toBe(0);
  expect(stderr).toBe("");
});

test.each([
  ["failed", 3, /failed: .*NOT_A_VIDEO[\s\S]*begins with letters/],
  ["expired", 3, /expired/],
  ["cancelled", 6, /cancelled/],
] as const)(
  "a job that ends %s exits with %i and says so on stdout",
  async (status, code, says) => {
    const { system, cli, writeVideo } = await cliWorld();
    await writeVideo("clip.mp4", 1000);
    const error = {
      code: "NOT_A_VIDEO",
      title: "The file is not a video",
      message: "It begins with letters.",
      hint: "Play it elsewhere.",
      docs: "https://example.com/errors",
    };
    system.life = [{ status, error: status === "failed" ? error : null }];

    const { exitCode, stdout } = await cli(["detect", "clip.mp4"]);

    expect(exitCode).toBe(code);
    expect(stdout).toMatch(says);
  },
);

test("flags become the job's options", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);

  const flags =
    "--pipeline coco --score-min 0.3 --classes person,car --fps 5 --from 1:30 --to 100.5 --tracker none " +
    "--class-score-min person=0.5,car=0.05 --nms agnostic --iou 0.6 --max-detections 50";
  await cli(["detect", "clip.mp4", "--no-wait", ...flags.split(" ")]);

  expect([...system.jobs.values()][0]).toMatchObject({
    pipeline_id: "coco",
    options: {
      score_min: 0.3,
      score_min_by_class: { person: 0.5, car: 0.05 },
      classes: ["person", "car"],
      nms: "agnostic",
      iou: 0.6,
      max_detections: 50,
      sampling: { mode: "fps", fps: 5 },
      time_range: { start: 90, end: 100.5 },
      tracker: "none",
    },
  });
});

test("a range that ends before it begins makes no sense", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--from", "5", "--to", "3"]);

  expect(exitCode).toBe(2);
  expect(stderr).toContain("--from 5 is not before --to 3");
  expect(system.jobs.size).toBe(0);
});

test("--no-wait prints the job's id and nothing else", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);

  const { exitCode, stdout } = await cli(["detect", "clip.mp4", "--no-wait"]);

  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${[...system.jobs.keys()][0]}\n`);
});

test("one idempotency key opens one job and uploads once; without it each command is a job", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.publish({});
  const withKey = ["detect", "clip.mp4", "--idempotency-key", "k1", "--json"];

  const first = await cli(withKey);
  const second = await cli(withKey);
  const puts = () => system.bucket.log.filter(({ operation }) => operation === "put").length;
  const putsWithKey = puts();
  await cli(["detect", "clip.mp4"]);
  await cli(["detect", "clip.mp4"]);

  const idOf = ({ stdout }: { stdout: string }) =>
    (JSON.parse(stdout) as { job: { job_id: string } }).job.job_id;
  expect(idOf(first)).toBe(idOf(second));
  expect(putsWithKey).toBe(1);
  expect(system.jobs.size).toBe(3);
  expect(puts()).toBe(3);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s while it watches leaves the job alone and says how to watch again",
  async (signal, code) => {
    const { system, cli, writeVideo } = await cliWorld();
    await writeVideo("clip.mp4", 1000);
    system.life = [{ status: "running" }];

    const { exitCode, stdout, stderr } = await cli(["detect", "clip.mp4"], {
      stopAt: { words: "starting", signal },
    });

    const [job] = [...system.jobs.values()];
    expect(exitCode).toBe(code);
    expect(stdout).toBe("");
    expect(stderr).toContain(`framequeue jobs watch ${job!.job_id}`);
    expect(system.asked.some(({ name }) => name === "cancelJob")).toBe(false);
  },
);

test("--timeout ends the waiting with 124, not the job", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.life = [{ status: "running" }];

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--timeout", "1"]);

  expect(exitCode).toBe(124);
  expect(stderr).toContain("jobs watch");
});

test("an API that breaks off while the job is watched is asked again", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.publish({});
  let looks = 0;
  system.intercept = ({ name }) =>
    name === "getJob" && ++looks <= 3 ? [0, 502, 503][looks - 1] : undefined;

  const { exitCode, stderr } = await cli(["detect", "clip.mp4"]);

  expect(looks).toBeGreaterThan(3);
  expect(stderr).toContain("trying again");
  expect(exitCode).toBe(0);
});

test("an address where nothing answers is said at once", async () => {
  const { cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  const startedAt = performance.now();

  const { exitCode, stderr } = await cli(["detect", "clip.mp4", "--api", "http://127.0.0.1:9"]);

  expect(exitCode).toBe(1);
  expect(stderr).toContain("UNREACHABLE");
  expect(performance.now() - startedAt).toBeLessThan(8000);
});

test("a submit whose answer is lost opens one job when the command is repeated", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  system.publish({});
  system.breakAfter = "submitVideo";
  await cli(["detect", "clip.mp4"]);
  system.breakAfter = undefined;

  const { exitCode } = await cli(["detect", "clip.mp4"]);

  expect(exitCode).toBe(0);
  expect(system.jobs.size).toBe(1);
});

test("what blocks a job is said in words", async () => {
  const { system, cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);
  const message = "No worker has been heard of for 35 seconds.";
  system.life = [{ status: "pending", blocked_reason: { code: "NO_WORKER", message } }];

  const { stderr } = await cli(["detect", "clip.mp4", "--timeout", "1"]);

  expect(stderr).toContain(`waiting for a worker: ${message}`);
});

test.each([
  { line: ["detect"], code: 2, says: /missing required argument/ },
  { line: ["detect", "clip.mp4", "--fps", "1", "--stride", "2"], code: 2, says: /cannot be used/ },
  { line: ["detect", "clip.mp4", "--score-min", "7"], code: 2, says: /from 0 to 1/ },
  { line: ["detect", "clip.mp4", "--class-score-min", "ball"], code: 2, says: /class=score/ },
  { line: ["detect", "clip.mp4", "--class-score-min", "ball=2"], code: 2, says: /from 0 to 1/ },
  { line: ["detect", "clip.mp4", "--nms", "some"], code: 2, says: /per-class, agnostic, none/ },
  { line: ["detect", "clip.mp4", "--max-detections", "1001"], code: 2, says: /from 1 to 1000/ },
  { line: ["detect", "clip.mp4", "--out", "x", "--no-wait"], code: 2, says: /--out/ },
  { line: ["nonsense"], code: 2, says: /unknown command/ },
  { line: ["detect", "absent.mp4"], code: 1, says: /no such file/ },
  { line: ["detect", "clip.mp4", "--pipeline", "none"], code: 1, says: /PIPELINE_UNKNOWN/ },
])("$line exits with $code and a reason on stderr", async ({ line, code, says }) => {
  const { cli, writeVideo } = await cliWorld();
  await writeVideo("clip.mp4", 1000);

  const { exitCode, stdout, stderr } = await cli(line);

  expect(exitCode).toBe(code);
  expect(stderr).toMatch(says);
  expect(stdout).toBe("");
});
