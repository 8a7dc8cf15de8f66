import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Finding } from "../../cli/doctor/finding.ts";
import { cliWorld } from "../support/cli-world.ts";
import type { FakeFramequeue } from "../support/fake-framequeue.ts";

const refused = {
  code: "CONTAINER_REFUSED",
  title: "Refused",
  message: "Not a container.",
  hint: "-",
  docs: "https://example.com",
};

async function doctorWorld() {
  const world = await cliWorld();
  world.system.pipelines = world.system.pipelines.filter(
    ({ pipeline_id }) => pipeline_id === "pitch",
  );
  world.system.life = [{ status: "pending" }, { status: "failed", error: refused }];

  async function doctor(environment: Record<string, string> = {}) {
    const run = await world.cli(["doctor", "--json", "--patience", "1"], { environment });
    const { ok, findings } = JSON.parse(run.stdout) as { ok: boolean; findings: Finding[] };
    const of = (verdict: Finding["verdict"]) => findings.filter((each) => each.verdict === verdict);
    return { ...run, ok, findings, broken: of("broken"), warnings: of("warning") };
  }
  return { ...world, doctor };
}

test("a system that works is found to work, and nothing is left of the look", async () => {
  const { system, doctor } = await doctorWorld();

  const { exitCode, ok, findings } = await doctor();

  expect(exitCode).toBe(0);
  expect(ok).toBe(true);
  expect(findings.map(({ hop, verdict }) => `${hop}: ${verdict}`)).toEqual([
    "this machine: ok",
    "address: ok",
    "API: ok",
    "pipelines: ok",
    "workers: ok",
    "submit: ok",
    "upload CORS: ok",
    "upload PUT: ok",
    "upload event: ok",
    "work queue: ok",
    "ffmpeg: ok",
    "model pitch: ok",
  ]);
  expect(system.jobs.size).toBe(0);
});

test("for a person it is one line per hop on stdout", async () => {
  const { cli } = await doctorWorld();

  const { stdout, stderr } = await cli(["doctor", "--patience", "1"]);

  expect(stdout).toMatch(/^ok +API: answers, OpenAPI 3\.1\.0$/m);
  expect(stderr).toBe("Every hop works.\n");
});

interface Case {
  readonly name: string;
  readonly hop: string;
  readonly says: RegExp;
  readonly plant: (system: FakeFramequeue) => void;
}

const cases: readonly Case[] = [
  {
    name: "an API that fails",
    hop: "API",
    says: /500/,
    plant: (system) => (system.intercept = () => 500),
  },
  {
    name: "no worker",
    hop: "workers",
    says: /none is alive on queue work-here/,
    plant: ({ health }) => Object.assign(health, { workers_alive: 0, workers: [] }),
  },
  {
    name: "workers on another queue, both named",
    hop: "workers",
    says: /work-here.*work-there/,
    plant({ health }) {
      const [worker] = health.workers;
      const elsewhere = { ...worker!, queue_id: "work-there", on_this_queue: false };
      Object.assign(health, { workers_alive: 0, workers: [elsewhere] });
    },
  },
  {
    name: "a submit that fails",
    hop: "submit",
    says: /500/,
    plant: (system) =>
      (system.intercept = ({ name }) => (name === "submitVideo" ? 500 : undefined)),
  },
  {
    name: "a storage that refuses the upload",
    hop: "upload PUT",
    says: /403/,
    plant: ({ bucket }) => (bucket.intercept = async () => 403),
  },
  {
    name: "an event that never comes",
    hop: "upload event",
    says: /has not heard of it/,
    plant: (system) => (system.life = []),
  },
  {
    name: "a job that no worker takes",
    hop: "work queue",
    says: /no worker took.*All of them sleep/,
    plant(system) {
      const blocked_reason = { code: "NO_CAPABLE_WORKER", message: "All of them sleep." } as const;
      system.life = [{ status: "pending", blocked_reason }];
    },
  },
  {
    name: "a worker that fails at everything",
    hop: "work queue",
    says: /disk is full/,
    plant(system) {
      const error = { ...refused, code: "WORKER_FAILED", message: "The disk is full." };
      system.life = [{ status: "failed", error }];
    },
  },
  {
    name: "a worker without ffmpeg",
    hop: "ffmpeg",
    says: /worker-1/,
    plant: ({ health }) => Object.assign(health.workers[0]!, { ffmpeg: "" }),
  },
  {
    name: "no pipelines",
    hop: "pipelines",
    says: /none/,
    plant: (system) => (system.pipelines = []),
  },
];

test.each(cases)("$name: that hop is broken, and no other", async ({ hop, says, plant }) => {
  const { system, doctor } = await doctorWorld();
  plant(system);

  const { exitCode, broken } = await doctor();

  expect(exitCode).toBe(1);
  expect(broken).toHaveLength(1);
  expect(broken[0]).toMatchObject({ hop, message: expect.stringMatching(says) as string });
  expect(system.jobs.size).toBe(0);
});

test("an address where nothing listens is the broken hop", async () => {
  const { doctor } = await doctorWorld();

  const { exitCode, broken } = await doctor({ FRAMEQUEUE_API: "http://127.0.0.1:9" });

  expect(exitCode).toBe(1);
  expect(broken.map(({ hop }) => hop)).toEqual(["API"]);
});

test("no address at all is said", async () => {
  const { doctor } = await doctorWorld();

  const { broken } = await doctor({ FRAMEQUEUE_API: "" });

  expect(broken.map(({ hop }) => hop)).toEqual(["address"]);
});

test("the file of a system that was killed is noticed", async () => {
  const { doctor, folder, system } = await doctorWorld();
  await mkdir(join(folder, ".framequeue"));
  // No process has this number: Linux ends at 2^22.
  const running = { api_url: system.apiUrl, processes: [{ name: "start", pid: 2 ** 30 }] };
  await writeFile(join(folder, ".framequeue", "running.json"), JSON.stringify(running));

  const { warnings } = await doctor();

  expect(warnings).toMatchObject([
    { hop: "this machine", message: expect.stringMatching(/start/) as string },
  ]);
});

test("where no worker can say, ffmpeg is looked for on this machine", async () => {
  const { doctor, system, folder } = await doctorWorld();
  Object.assign(system.health, { workers_alive: 0, workers: [] });

  const { findings } = await doctor({ FFMPEG_PATH: join(folder, "no-ffmpeg") });

  expect(findings.find(({ hop }) => hop === "ffmpeg")?.verdict).toBe("broken");
});

test("an API that asks for a key is told from one that is broken, with how to have one", async () => {
  const { system, doctor } = await doctorWorld();
  system.apiKey = "fq_right";

  const without = await doctor();
  const wrong = await doctor({ FRAMEQUEUE_API_KEY: "fq_wrong" });
  const right = await doctor({ FRAMEQUEUE_API_KEY: "fq_right" });

  expect(without.broken).toMatchObject([
    { hop: "API", hint: expect.stringContaining("FRAMEQUEUE_API_KEY") },
  ]);
  expect(wrong.broken).toMatchObject([
    { hop: "API", message: expect.stringContaining("opens nothing") },
  ]);
  expect(right.broken).toEqual([]);
});
