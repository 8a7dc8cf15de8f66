// Starts a child that nothing ties to it, as bubblewrap's is while it makes its preparations, and waits to be killed.
import { spawn } from "node:child_process";
import { endWhatIsLeft } from "../../../gpu-worker/ffmpeg/end-what-is-left.ts";

const [folder, guarded] = process.argv.slice(2);
if (guarded === "guarded") endWhatIsLeft(folder!);
const { pid } = spawn("/bin/sh", ["-c", "sleep 600; :", "child", `${folder}/job-1/source`], {
  detached: true,
  stdio: "ignore",
});
process.stdout.write(`${pid}\n`);
setInterval(() => {}, 1000);
