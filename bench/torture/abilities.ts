import type { Ffmpeg } from "../../gpu-worker/ffmpeg/find.ts";
import { run } from "../../gpu-worker/ffmpeg/run.ts";
import type { Expected } from "./expected.ts";
import type { Expectation } from "./expectations.ts";

/** What to expect of a file from this ffmpeg, by the decoders that it has. */
export async function expectedOf(ffmpeg: Ffmpeg): Promise<(of: Expectation) => Expected> {
  const { stdout } = await run(ffmpeg, ["-hide_banner", "-decoders"], { seconds: 15 });
  return ({ expected, needs }) =>
    needs === undefined || new RegExp(`\\b(lib\\w+-|lib)?d?${needs}\\b`).test(stdout)
      ? expected
      : { verdict: "failed", codes: ["DECODE_FAILED"], says: /no decoder/ };
}
