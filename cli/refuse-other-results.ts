import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "./faults.ts";

/**
 * Rejects where the folder holds another job's result, which this one's files would be mixed with. Without a job's id: where it
 * holds any.
 */
export async function refuseOtherResults(folder: string, jobId?: string): Promise<void> {
  const path = join(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;

  const known = jobOf(text);
  if (known !== undefined && known === jobId) return;
  throw new CommandError(
    known === undefined
      ? `${path} is there already, and not of a result.`
      : `${folder} holds the result of another job, ${known}.`,
    {
      hint:
        jobId === undefined
          ? "Name another folder with --out DIR, or remove what is there. Nothing was uploaded."
          : `Save this one in a folder of its own: jobs get ${jobId} --out DIR`,
    },
  );
}

function jobOf(text: string): string | undefined {
  try {
    const { job_id } = JSON.parse(text) as { job_id?: string };
    return job_id;
  } catch {
    return undefined;
  }
}
