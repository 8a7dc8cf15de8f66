import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { join } from "node:path";
import type { Tools } from "./ffmpeg/find.ts";
import { framePipe } from "./ffmpeg/frame-pipe.ts";
import { canStandBy, standby, type Standby, type StandbyDecoder } from "./ffmpeg/standby.ts";
import { wordsOf, type Log } from "./log.ts";
import { decoderCommand } from "./pipeline/decode/decoder-command.ts";
import type { ProbeStandbys } from "./pipeline/probe/context.ts";
import { packetsCommand } from "./pipeline/probe/packets.ts";
import { firstVideo, headersCommand } from "./pipeline/probe/streams.ts";
import type { Scratch } from "./scratch.ts";

/** A fresh folder for one source, perhaps with the programs that its job begins with waiting in it. Disposed of, all is gone. */
export interface JobFolder extends AsyncDisposable {
  readonly path: string;
  readonly standbys?:
    | (ProbeStandbys & { readonly decoder: StandbyDecoder | undefined })
    | undefined;
}

export interface JobFolders {
  /** The one that was made ready, else one without programs. */
  readonly take: () => Promise<JobFolder>;
  /** Makes one ready for the next job, unless there is one. */
  readonly ready: () => void;
  readonly close: () => Promise<void>;
}

const makeNamedPipes = promisify(execFile);
const gates = {
  headers: "headers.gate",
  packets: "packets.gate",
  decoder: "decoder.gate",
} as const;

/** Folders for jobs, one of them made ready while there is nothing else to do, where programs can wait. */
export function jobFolders({
  scratch,
  tools: { ffmpeg, ffprobe },
  log,
}: {
  scratch: Pick<Scratch, "folder">;
  tools: Pick<Tools, "ffmpeg" | "ffprobe">;
  log: Log;
}): JobFolders {
  let next: Promise<JobFolder> | undefined;
  let possible = canStandBy(ffmpeg) && canStandBy(ffprobe);

  async function made(): Promise<JobFolder> {
    const place = await scratch.folder();
    const { path } = place;
    const waiting: Standby[] = [];
    const end = async () => {
      for (const each of waiting) each.dismiss();
      await place[Symbol.asyncDispose]();
    };
    try {
      const names = Object.values(gates).map((name) => join(path, name));
      await makeNamedPipes("/usr/bin/mkfifo", ["-m", "600", ...names]);
      const of = (gate: keyof typeof gates, { program, args }: Command) => {
        const one = standby(program, args, { cwd: path, gate: gates[gate] });
        waiting.push(one);
        return one;
      };
      const headers = of("headers", headersCommand(ffprobe));
      const packets = of("packets", packetsCommand(ffprobe, firstVideo));
      const decoder = ffmpeg.graphFromFile ? await decoderIn(path) : undefined;
      if (decoder) waiting.push(decoder);
      return {
        path,
        standbys: { headers, packets, decoder },
        async [Symbol.asyncDispose]() {
          await decoder?.pipe[Symbol.asyncDispose]();
          await end();
        },
      };
    } catch (error) {
      await end();
      throw error;
    }
  }

  async function decoderIn(path: string): Promise<StandbyDecoder> {
    const pipe = await framePipe(path);
    const words = { threads: [], specifier: firstVideo, graph: "", preroll: undefined };
    const args = decoderCommand(ffmpeg, words);
    return { ...standby(ffmpeg, args, { cwd: path, gate: gates.decoder, pipe }), pipe };
  }

  return {
    async take() {
      const ready = next;
      next = undefined;
      // What failed was told, and costs the job nothing.
      return (await ready?.catch(() => undefined)) ?? (await scratch.folder());
    },
    ready() {
      if (!possible) return;
      next ??= made();
      next.catch((error: unknown) => {
        possible = false;
        log("WARN", "no programs wait for the next job", { error: wordsOf(error) });
      });
    },
    async close() {
      possible = false;
      await (await next?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

type Command = ReturnType<typeof headersCommand>;
