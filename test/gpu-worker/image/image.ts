// The image without Docker: its scripts in a clean root, its worker in it against a local stack: npm run test:image [-- noble]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, createWriteStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startSystem } from "../../support/system.ts";
import { makeRoot, ownRelease, release, scratch, startIn, whyNoRoot } from "./root.ts";

if (whyNoRoot) {
  console.log(`SKIPPED: the image is not tried: ${whyNoRoot}.`);
  process.exit(0);
}

const startedAt = performance.now();
const step = (words: string) =>
  console.log(`${words} (${Math.round((performance.now() - startedAt) / 1000)} s)`);

const asked = process.argv[2];
const base = asked ? release(asked) : ownRelease();
step(`gpu-worker/image/install.sh in a clean ${base.codename}`);
const root = makeRoot(base);
const place = join(root, "framequeue");

/** What Docker would put there; the build context leaves out the rest. */
function copyTree(): void {
  mkdirSync(place);
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(name, join(place, name));
  }
  for (const folder of ["contracts", "aws", "models", "gpu-worker"]) {
    cpSync(folder, join(place, folder), { recursive: true });
  }
}

step("gpu-worker/image/modules.sh");
copyTree();
execFileSync("sh", ["gpu-worker/image/modules.sh"], {
  cwd: place,
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, GPU: "0" },
});

step("a local stack");
const system = await startSystem({ workers: 0, context: {} });
try {
  const bytes = new Uint8Array(readFileSync("models/pitch/sample.mp4"));
  const options = { sampling: { mode: "fps", fps: 5 } };

  async function countsBy(start: () => { kill: () => unknown }) {
    const worker = start();
    const jobId = await system.client.upload({ filename: "sample.mp4", bytes, options });
    const job = await system.client.ended(jobId, 120);
    worker.kill();
    assert.equal(job.status, "completed", JSON.stringify(job.error));
    const { frames_analysed, detections, detections_stored, tracks } = job.summary!;
    return { frames_analysed, detections, detections_stored, tracks };
  }

  const log = join(system.state, "image-worker.log");
  const { running } = system;
  step("the image's worker on the sample");
  const inImage = await countsBy(() => {
    const child = startIn(root, ["gpu-worker/main.ts"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...running.worker_environment,
        NODE_ENV: "production",
        REQUIRE: "cpu",
        SCRATCH_DIRECTORY: `${scratch}/scratch`,
        MODEL_CACHE_DIRECTORY: `${scratch}/models`,
      },
    });
    const file = createWriteStream(log);
    child.stdout!.pipe(file);
    child.stderr!.pipe(file);
    return child;
  });
  const ready = readFileSync(log, "utf8")
    .split("\n")
    .find((line) => line.includes('"message":"ready"'));
  const { sandbox, providers, ffmpeg } = JSON.parse(ready!) as Record<string, unknown>;
  console.log({ sandbox, providers, ffmpeg, ...inImage });
  assert.equal(sandbox, "bubblewrap", "the decode child is kept apart in the image's root");

  step("a worker of the checkout on the same");
  const here = await countsBy(() =>
    system.startWorker({ REQUIRE: "cpu", FFMPEG_PATH: "/usr/bin/ffmpeg" }),
  );
  assert.deepEqual(inImage, here, "the same counts in the image as here");
  assert.ok(inImage.detections > 0);
  step("OK: the image's worker finds what the checkout's does");
} finally {
  await system.stop();
  rmSync(root, { recursive: true, force: true });
}
