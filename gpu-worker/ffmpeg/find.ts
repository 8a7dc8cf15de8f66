import { access, chmod, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { childEnvironment } from "./child-environment.ts";
import { limits } from "../../contracts/limits.ts";
import type { Program } from "./child.ts";
import { firstWords, sandboxOfAll, sandboxToTry, type SandboxWish } from "./probe-sandbox.ts";

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
  /** It reads a stream's filters from a file, if it is told to (until 8.0). */
  readonly graphFromFile: boolean;
  /** It has the filters that bring HDR to SDR (`zscale` is zimg's and left out of some builds). */
  readonly toneMapping: boolean;
}

export interface Tools {
  readonly ffmpeg: Ffmpeg;
  readonly ffprobe: FoundProgram;
  /** What keeps them apart from the worker: "bubblewrap", or "none: " and why. */
  readonly sandbox: string;
}

/** A program that was found, and what it said when it was asked all that it is asked. */
export interface Answering {
  readonly program: FoundProgram;
  readonly words: string;
  /** Why it does not start in the sandbox; undefined where it does, or none was tried. */
  readonly refused: string | undefined;
}

type Candidate = { readonly source: string; readonly path: string };
type ProgramName = "ffmpeg" | "ffprobe";
type How = Omit<Program, "path">;

/** One question each, for starting a program of two hundred libraries costs more than a megabyte of answers. */
const questions = { ffmpeg: ["-h", "full"], ffprobe: ["-version"] } as const;
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
  how: How,
  skipped: (candidate: Candidate, why: string) => void,
): Promise<Answering> {
  const tried: string[] = [];
  for (const candidate of await candidates(name, places)) {
    try {
      return await answering(name, candidate, how);
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

/** The candidate as a program without a sandbox, once it has said its version; where it is given one, it is asked inside. */
export async function answering(
  name: ProgramName,
  { path, source }: Candidate,
  { sandbox, ...how }: How,
): Promise<Answering> {
  await access(path);
  // npm leaves the packages' binaries without their x bit where install scripts are blocked.
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755));

  const program = { path, ...how };
  const { stdout, stderr, refused } = await firstWords(program, questions[name], sandbox);
  // With its help it says its version on the other stream.
  const version = /^ff(?:mpeg|probe) version (\S+)/m.exec(`${stderr}\n${stdout}`)?.[1];
  if (!version) throw new Error(`it does not say its version: ${stderr.slice(0, 200)}`);
  return { program: { ...program, version, source }, words: stdout, refused };
}

/** What this ffmpeg can do that another cannot, by its whole help. */
export function withAbilities({ program, words }: Answering): Ffmpeg {
  const optionsOf = (filter: string): string | undefined => {
    const from = words.indexOf(`\n${filter} AVOptions:`);
    return from === -1 ? undefined : words.slice(from).split("\n\n", 1)[0];
  };
  return {
    ...program,
    passthrough: [words.includes("\n-fps_mode") ? "-fps_mode" : "-vsync", "passthrough"],
    graphFromFile: words.includes("\n-filter_script"),
    plainShowinfo: optionsOf("showinfo")?.includes("checksum") ?? false,
    toneMapping: ["zscale", "tonemap", "lut3d"].every((filter) => optionsOf(filter) !== undefined),
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
  const tried = sandboxToTry({
    wish: sandboxWish,
    path: await existing("/usr/bin/bwrap"),
    libraryPath: environment["LD_LIBRARY_PATH"] ?? "",
  });
  const how = {
    prefix,
    prlimit,
    environment: childEnvironment(environment),
    sandbox: typeof tried === "string" ? undefined : tried,
  };
  const searchPath = environment["PATH"] ?? "";
  const find = async (name: ProgramName, given: string | undefined) =>
    firstThatRuns(name, { given, searchPath }, how, skipped);

  const [ffmpeg, ffprobe] = await Promise.all([
    find("ffmpeg", ffmpegPath),
    find("ffprobe", ffprobePath),
  ]);
  const refusals = [ffmpeg.refused, ffprobe.refused];
  const { sandbox, is } = sandboxOfAll(tried, refusals, sandboxWish);
  return {
    ffmpeg: { ...withAbilities(ffmpeg), sandbox },
    ffprobe: { ...ffprobe.program, sandbox },
    sandbox: is,
  };
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
