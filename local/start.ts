import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { folderUploadMemory } from "../cli/client/upload-memory.ts";
import { signInFile, type SignInSettings } from "../contracts/login-settings.ts";
import { lockDirectory } from "./aws/state/directory-lock.ts";
import { signInUrl, stateLines, tokenLines } from "./places.ts";
import { followLog, logTail } from "./processes/log-tail.ts";
import { runSample } from "./sample/run-sample.ts";
import type { StartOptions } from "./start-options.ts";
import { parseStartOptions, startUsage } from "./start-options.ts";
import type { RunningSystem } from "./start-system.ts";
import { startSystem } from "./start-system.ts";
import type { StatePaths } from "./state-directory.ts";
import { makeStateDirectory, statePaths } from "./state-directory.ts";

const root = resolve(import.meta.dirname, "..");
const tailLines = 12;

try {
  const options = parseStartOptions(process.argv.slice(2));
  process.exitCode = options ? await start(options) : usage();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function usage(): number {
  console.log(startUsage);
  return 0;
}

/** The exit code: 0, or 1 where `--exit` was asked for and the video did not complete. */
async function start(options: StartOptions): Promise<number> {
  const sample = options.sample ? resolve(root, "models/pitch/sample.mp4") : undefined;
  const video = options.video ?? sample;
  if (video !== undefined && !existsSync(video)) throw new Error(`There is no file ${video}.`);
  const paths = statePaths(options.stateDirectory);
  makeStateDirectory(paths);
  using _lock = lockDirectory(paths.root);
  const interrupted = new AbortController();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const system = await bringUp(options, paths);
  stopOnSignal(system, () => {
    interrupted.abort();
    ask();
  });

  using _logs = options.verbose ? followLogs(paths, system.processNames) : undefined;
  await printPlaces(system, options, paths);
  if (options.open) openPage(signInUrl(system));

  const apiKey = system.apiKey ?? (process.env["FRAMEQUEUE_API_KEY"] || undefined);
  const completed =
    video === undefined ||
    (await runVideo(video, { ...system, apiKey }, options, paths, interrupted.signal));
  if (!options.exit && !interrupted.signal.aborted) {
    console.log("Ctrl-C stops it.");
    await asked;
  }
  await system.stop();
  return options.exit && !completed ? 1 : 0;
}

/** Whether the video's job completed; what goes wrong on its way leaves the system up. */
async function runVideo(
  path: string,
  { pageUrl, apiKey }: RunningSystem,
  { pipelineId }: StartOptions,
  { uploads }: StatePaths,
  signal: AbortSignal,
): Promise<boolean> {
  if (apiKey === undefined) {
    console.log("No video was sent: there is no token in FRAMEQUEUE_API_KEY.");
    return false;
  }
  const memory = folderUploadMemory(uploads, Date.now);
  try {
    return await runSample({
      pageUrl,
      apiKey,
      path,
      pipelineId,
      memory,
      output: process.stdout,
      signal,
    });
  } catch (error) {
    if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

async function bringUp(options: StartOptions, paths: StatePaths): Promise<RunningSystem> {
  const startedAt = performance.now();
  try {
    return await startSystem({
      root,
      options,
      paths,
      events: {
        onDeath: ({ name, cause, delaySeconds }) => {
          const when = delaySeconds ? `again in ${delaySeconds} s` : "again now";
          console.log(`${name} died (${cause}) and is started ${when}.`);
          if (cause !== "SIGKILL") console.log(indented(logTail(paths.log(name), tailLines)));
        },
      },
      onStep: (step) => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        if (options.verbose) console.log(`${seconds.padStart(6)} s  ${step}`);
      },
    });
  } catch (error) {
    throw new Error(`Framequeue did not start. ${(error as Error).message}`, { cause: error });
  }
}

/** The first signal stops in order, the second at once. */
function stopOnSignal(system: RunningSystem, onFirst: () => void): void {
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      signals++;
      if (signals === 1) {
        console.log("\nStopping; a worker hands its job back first. Ctrl-C again kills.");
        return onFirst();
      }
      system.kill();
      process.exit(130);
    });
  }
}

/** As the page reads it, from the page's own address. */
async function signInOf({ pageUrl }: RunningSystem): Promise<SignInSettings> {
  const answer = await fetch(`${pageUrl}/${signInFile}`);
  return (await answer.json()) as SignInSettings;
}

async function printPlaces(system: RunningSystem, options: StartOptions, paths: StatePaths) {
  const { pageUrl, awsUrl, tokens } = system;
  const workers = options.workers === 1 ? "1 worker" : `${options.workers} workers`;
  console.log(`Framequeue is up, with ${workers}.
  page   ${signInUrl(system)}
  API    ${pageUrl}/v1 (with ${tokens ? "a token" : "the key"}; docs/openapi.json)
  AWS    ${awsUrl} (S3, SQS and DynamoDB, emulated)
  logs   ${paths.logs}
`);
  const lines = [
    ...stateLines(paths.root, process.cwd()),
    ...(tokens ? tokenLines(system, await signInOf(system)) : []),
  ];
  if (lines.length > 0) console.log(`${lines.join("\n")}\n`);
}

function followLogs(paths: StatePaths, names: readonly string[]): Disposable {
  const stack = new DisposableStack();
  for (const name of names) {
    stack.use(followLog(paths.log(name), (line) => console.log(`${name} | ${line}`)));
  }
  return stack;
}

function openPage(url: string): void {
  const [command, ...args] = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", ""],
  }[process.platform as string] ?? ["xdg-open"];
  spawn(command!, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => console.log(`No browser could be opened; the page is at ${url}`))
    .unref();
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
