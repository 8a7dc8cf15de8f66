import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Provider } from "./providers.ts";

/** As onnxruntime's profiles name the providers. */
const profiledAs = { cuda: "CUDAExecutionProvider", cpu: "CPUExecutionProvider" } as const;

const Profile = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    args: z.object({ provider: z.string() }).partial(),
  }),
);

/** How many of a graph's nodes ran, and how many of them on the provider. */
export interface ProfiledNodes {
  readonly all: number;
  readonly onProvider: number;
}

/** Counts the kernels that a profile of onnxruntime tells of; throws for text that is none. */
export function profiledNodes(profile: string, provider: Provider): ProfiledNodes {
  const kernels = Profile.parse(JSON.parse(profile)).filter(
    ({ cat, name }) => cat === "Node" && name.endsWith("_kernel_time"),
  );
  const there = kernels.filter(({ args }) => args.provider === profiledAs[provider]);
  return { all: kernels.length, onProvider: there.length };
}

/** The same of the one profile that a folder holds. */
export async function profileIn(folder: string, provider: Provider): Promise<ProfiledNodes> {
  const [name] = await readdir(folder);
  if (!name) throw new Error("onnxruntime left no profile.");
  return profiledNodes(await readFile(join(folder, name), "utf8"), provider);
}
