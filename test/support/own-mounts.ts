import { spawnSync } from "node:child_process";

/** Whether a process here may have file systems of its own; says so where it may not, so that a skip is seen. */
export const mayMount =
  spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
if (!mayMount) console.warn("SKIPPED: full and read-only disks. Mounting is not allowed here.");

/** What stands in front of a program that is to find this folder on a disk of its own, mounted with these options. */
export const onDisk = (folder: string, options: string): string[] => [
  "unshare",
  "-rm",
  "sh",
  "-c",
  `mount -t tmpfs -o ${options} none ${folder} && exec "$0" "$@"`,
];
