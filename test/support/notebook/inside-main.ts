import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { forward } from "./forward.ts";

// Runs in a network namespace that has nothing: `FOLDER PORT,PORT COMMAND…`. Only what has a socket in the folder is reachable.
const [folder = "", ports = "", command = "", ...words] = process.argv.slice(2);
execFileSync("ip", ["link", "set", "lo", "up"]);
for (const port of ports.split(",")) await forward(Number(port), join(folder, `${port}.sock`));
const child = spawn(command, words, { stdio: "inherit" });
// Of a command that was killed something may be left that has to be able to say its last word.
child.once("exit", (code) => code !== null && process.exit(code));
