import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { CommandError, UsageError } from "./faults.ts";

/** The part of a running system's file that clients read. */
const Running = z.object({
  api_url: z.url(),
  page_url: z.url().optional(),
  /** Opens this system's API, and no other. */
  api_key: z.string().optional(),
  aws_endpoint_url: z.string().optional(),
  region: z.string().optional(),
  access_key_id: z.string().optional(),
  secret_access_key: z.string().optional(),
  outputs: z.record(z.string(), z.string()).optional(),
  processes: z.array(z.object({ name: z.string(), pid: z.int() })).default([]),
});

/** A system that runs on this machine, as its file says. */
export type RunningSystem = z.infer<typeof Running> & { readonly path: string };

export interface ApiAddress {
  readonly apiUrl: string;
  readonly pageUrl?: string | undefined;
  /** What opens the API there, where one is known. */
  readonly apiKey?: string | undefined;
  /** Where the address was found, in words. */
  readonly from: string;
}

/** Where a running system is looked for. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

export interface AddressOptions extends Surroundings {
  readonly flag?: string | undefined;
}

/** `--api`, then FRAMEQUEUE_API, then the system that runs on this machine; or says how to have one. */
export function findApi(options: AddressOptions): ApiAddress {
  const address = findAddress(options);
  const running = findRunning(options);
  // A key of this machine's goes to no other host, and to no other port.
  const isRunning = running && originOf(running.api_url) === originOf(address.apiUrl);
  const apiKey =
    options.environment["FRAMEQUEUE_API_KEY"] || (isRunning ? running.api_key : undefined);
  return { ...address, apiKey };
}

function findAddress({ flag, ...surroundings }: AddressOptions): ApiAddress {
  if (flag !== undefined) return { apiUrl: checked(flag, "--api"), from: "--api" };

  const variable = surroundings.environment["FRAMEQUEUE_API"];
  if (variable) return { apiUrl: checked(variable, "FRAMEQUEUE_API"), from: "FRAMEQUEUE_API" };

  const running = findRunning(surroundings);
  if (running) return { apiUrl: running.api_url, pageUrl: running.page_url, from: running.path };

  throw new CommandError("No system is known.", {
    hint: "Start one on this machine with `framequeue up`, or point to one with --api URL, FRAMEQUEUE_API or FRAMEQUEUE_STATE.",
  });
}

const originOf = (url: string): string | undefined => URL.parse(url)?.origin;

/** By the file in the folder that FRAMEQUEUE_STATE names, else in `.framequeue` of this folder or the nearest one above it. */
export function findRunning({
  environment,
  workingDirectory,
}: Surroundings): RunningSystem | undefined {
  const state = environment["FRAMEQUEUE_STATE"];
  return state ? runningIn(resolve(workingDirectory, state)) : nearestRunning(workingDirectory);
}

function nearestRunning(folder: string): RunningSystem | undefined {
  const parent = dirname(folder);
  return (
    runningIn(join(folder, ".framequeue")) ??
    (parent === folder ? undefined : nearestRunning(parent))
  );
}

function runningIn(state: string): RunningSystem | undefined {
  const path = join(state, "running.json");
  const running = readRunning(path);
  return running && { ...running, path };
}

function readRunning(path: string): z.infer<typeof Running> | undefined {
  try {
    return Running.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function checked(url: string, from: string): string {
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return url;
  throw new UsageError(`${from}: ${url} is not the address of an API (http:// or https://).`);
}
