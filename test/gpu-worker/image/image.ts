// The image without Docker: its scripts in a clean Debian root, its worker in it against a local stack: npm run test:image
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { startSystem } from "../../support/system.ts";

const has = (program: string) => spawnSync("which", [program]).status === 0;
const why =
  process.platform !== "linux" || process.getuid?.() !== 0
    ? "it needs root on Linux"
    : ["debootstrap", "unshare", "apt-get"].every(has)
      ? undefined
      : "debootstrap, unshare and apt-get are needed";
if (why) {
  console.log(`SKIPPED: the image is not tried: ${why}.`);
  process.exit(0);
}

const startedAt = performance.now();
const step = (words: string) =>
  console.log(`${words} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
const run = (program: string, args: readonly string[], options: object = {}) =>
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"], ...options });

const root = mkdtempSync(join(tmpdir(), "framequeue-image-"));
// It becomes `/` of a user without rights.
chmodSync(root, 0o755);
const place = join(root, "framequeue");
const scratch = "/var/lib/framequeue";

/** The mirror and release of this machine. */
function aptSource(): { site: string; codename: string } {
  const asked = ["indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Identifier: Packages"];
  const lines = execFileSync("apt-get", asked, { encoding: "utf8" }).split("\n");
  const [site, codename] = lines.find((line) => /^\S+ [a-z]+$/.test(line))!.split(" ");
  return { site: site!, codename: codename! };
}

/** What Docker would put there; the build context leaves out the rest. */
function copyTree(): void {
  mkdirSync(place);
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(name, join(place, name));
  }
  for (const folder of ["contracts", "aws", "models", "gpu-worker"]) {
    cpSync(folder, join(place, folder), { recursive: true });
  }
  // The base image of the packages' stage has it; here npm's package of the same version does.
  const node = join(
    createRequire(import.meta.url).resolve("node/package.json"),
    "..",
    "bin",
    "node",
  );
  cpSync(node, join(root, "usr/local/bin/node"), { dereference: true });
}

const { site, codename } = aptSource();
step(`a clean ${codename}`);
run("debootstrap", ["--variant=minbase", codename, root, site]);
cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
cpSync("gpu-worker/image/install.sh", join(root, "tmp/install.sh"));
// Nobody needs this root after a power cut: without waiting for the disk it is made in half the time.
writeFileSync(join(root, "etc/dpkg/dpkg.cfg.d/unsafe-io"), "force-unsafe-io\n");
step("gpu-worker/image/install.sh in it");
run("chroot", [root, "sh", "/tmp/install.sh"]);
step("gpu-worker/image/modules.sh");
copyTree();
run("sh", ["gpu-worker/image/modules.sh"], { cwd: place, env: { ...process.env, GPU: "0" } });

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
    const enter = join(import.meta.dirname, "enter.sh");
    const words = ["-m", "sh", enter, root, scratch, "/usr/local/bin/node", "gpu-worker/main.ts"];
    const child = spawn("unshare", words, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ...running.worker_environment,
        AWS_ENDPOINT_URL: running.aws_endpoint_url,
        AWS_REGION: running.region,
        AWS_ACCESS_KEY_ID: running.access_key_id,
        AWS_SECRET_ACCESS_KEY: running.secret_access_key,
        NODE_ENV: "production",
        REQUIRE: "cpu",
        FFMPEG_PATH: "/usr/bin/ffmpeg",
        FFPROBE_PATH: "/usr/bin/ffprobe",
        SCRATCH_DIRECTORY: `${scratch}/scratch`,
        MODEL_CACHE_DIRECTORY: `${scratch}/models`,
      },
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file);
    child.stderr.pipe(file);
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
  if (existsSync(join(root, "framequeue"))) rmSync(root, { recursive: true, force: true });
}
