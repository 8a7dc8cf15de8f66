import { access, chmod, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { childEnvironment } from "./child-environment.ts";
import { limits } from "../../contracts/limits.ts";
import type { Program } from "./child.ts";
import { probeSandbox, type SandboxWish } from "./probe-sandbox.ts";
import { run } from "./run.ts";

/** A program that was found and answers. */
export interface FoundProgram extends Program {
  readonly version: string;
  /** Where it comes from: an environment variable's, a package's name, or "PATH". */
  readonly source: string;
}

export interface Ffmpeg extends FoundProgram {
  /** How frames are let through untouched: `-fps_mode` came with 5.1, `-vsync` goes with 8. */
  readonly passthrough: readonly string[];
  /** `showinfo` can leave out checksums, which cost as much as scaling does. */
  readonly plainShowinfo: boolean;
  /** It has the filters that bring HDR to SDR (`zscale` is zimg's and left out of some builds). */
  readonly toneMapping: boolean;
}

export interface Tools {
  readonly ffmpeg: Ffmpeg;
  readonly ffprobe: FoundProgram;
  /** What keeps them apart from the worker: "bubblewrap", or "none: " and why. */
  readonly sandbox: string;
}

type Candidate = { readonly source: string; readonly path: string };
type ProgramName = "ffmpeg" | "ffprobe";

const answerSeconds = 15;
const require = createRequire(import.meta.url);

/** Every place where the program may be, in the order in which they are tried. */
export async function candidates(
  name: ProgramName,
  { given, searchPath }: { given?: string | undefined; searchPath: string },
): Promise<Candidate[]> {
  if (given) return [{ source: `${name.toUpperCase()}_PATH`, path: given }];

  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = searchPath
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => ({ source: "PATH", path: join(folder, name + suffix) }));
  const inPackages = [
    ...(name === "ffmpeg" ? [await fromFfmpegStatic()] : []),
    ...onPath,
    fromInstaller(name),
  ];
  return inPackages.filter((candidate) => candidate !== undefined);
}

/** Optional: its install script downloads, which not every network allows. It has no ffprobe. */
async function fromFfmpegStatic(): Promise<Candidate | undefined> {
  const name = "ffmpeg-static";
  const module = (await import(name).catch(() => undefined)) as { default?: string } | undefined;
  return module?.default ? { source: name, path: module.default } : undefined;
}

function fromInstaller(name: ProgramName): Candidate | undefined {
  const source = `@${name}-installer/${name}`;
  try {
    return { source, path: (require(source) as { path: string }).path };
  } catch {
    return undefined;
  }
}

/** The first candidate that runs and says its version; what was tried is told to `skipped`. */
async function firstThatRuns(
  name: ProgramName,
  places: Parameters<typeof candidates>[1],
  how: Omit<Program, "path">,
  skipped: (candidate: Candidate, why: string) => void,
): Promise<FoundProgram> {
  const tried: string[] = [];
  for (const candidate of await candidates(name, places)) {
    try {
      return await answering(candidate, how);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      const why = error instanceof Error ? error.message : String(error);
      skipped(candidate, why);
      tried.push(`${candidate.source}: ${why}`);
    }
  }
  const reasons = tried.length > 0 ? ` Tried ${tried.join("; ")}.` : "";
  throw new Error(
    `No ${name} was found. Install FFmpeg, or set ${name.toUpperCase()}_PATH.${reasons}`,
  );
}

/** The candidate as a program, once it has said its version. */
export async function answering(
  { path, source }: Candidate,
  how: Omit<Program, "path">,
): Promise<FoundProgram> {
  await access(path);
  // npm leaves the packages' binaries without their x bit where install scripts are blocked.
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755));

  const program = { path, ...how };
  const { stdout, stderr } = await run(program, ["-version"], { seconds: answerSeconds });
  const version = /^ff(?:mpeg|probe) version (\S+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`it does not say its version: ${stderr.slice(0, 200)}`);
  return { ...program, version, source };
}

/** What this ffmpeg can do that another cannot. */
export async function withAbilities(program: FoundProgram): Promise<Ffmpeg> {
  const ask = async (topic: string) =>
    (await run(program, ["-hide_banner", "-h", topic], { seconds: answerSeconds })).stdout;
  const [options, showinfo] = [await ask("long"), await ask("filter=showinfo")];
  const mapping = [await ask("filter=zscale"), await ask("filter=tonemap")];
  return {
    ...program,
    passthrough: [options.includes("-fps_mode") ? "-fps_mode" : "-vsync", "passthrough"],
    plainShowinfo: showinfo.includes("checksum"),
    toneMapping: mapping.every((words) => words.includes("Filter ")),
  };
}

/** Finds ffmpeg and ffprobe, or says where it looked; finds out how well both can be kept apart. */
export async function findTools({
  ffmpegPath,
  ffprobePath,
  sandboxWish = "auto",
  environment,
  skipped = () => {},
}: {
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** `require` throws where there is no sandbox. */
  sandboxWish?: SandboxWish;
  /** The worker's own, of which the children see a part. */
  environment: Readonly<Record<string, string | undefined>>;
  skipped?: (candidate: Candidate, why: string) => void;
}): Promise<Tools> {
  const prlimit = await existing("/usr/bin/prlimit");
  const prefix = [...(await endsWithItsParent()), ...(prlimit ? withLimits(prlimit) : [])];
  const how = { prefix, prlimit, environment: childEnvironment(environment) };
  const searchPath = environment["PATH"] ?? "";
  const find = (name: ProgramName, given: string | undefined) =>
    firstThatRuns(name, { given, searchPath }, how, skipped);

  const [ffmpeg, ffprobe] = [
    await withAbilities(await find("ffmpeg", ffmpegPath)),
    await find("ffprobe", ffprobePath),
  ];
  const { sandbox, is } = await probeSandbox([ffmpeg, ffprobe], {
    wish: sandboxWish,
    path: await existing("/usr/bin/bwrap"),
    libraryPath: environment["LD_LIBRARY_PATH"] ?? "",
  });
  return { ffmpeg: { ...ffmpeg, sandbox }, ffprobe: { ...ffprobe, sandbox }, sandbox: is };
}

/** No child may take all memory or all handles, or leave its memory on the disk when it dies. */
const withLimits = (prlimit: string): string[] => [
  prlimit,
  "--core=0:0",
  `--nofile=${limits.childFilesMax}`,
  `--data=${limits.childDataBytesMax}`,
  "--",
];

/** Words that tie a child's life to its parent's, where the system has them. */
export async function endsWithItsParent(): Promise<string[]> {
  const setpriv = await existing("/usr/bin/setpriv");
  return setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
}

/** The path of a program of Linux, if it is there. */
async function existing(path: string): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  return access(path, constants.X_OK).then(
    () => path,
    () => undefined,
  );
}
