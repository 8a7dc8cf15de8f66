import { isMainThread } from "node:worker_threads";

// Loaded in front of every child's own code, which knows nothing of it.

const graceSeconds = 10;

if (isMainThread && process.channel) {
  process.on("disconnect", () => {
    // An orphan would go on polling. First it may hand its job back, as on SIGTERM.
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceSeconds * 1000).unref();
  });
  // The listener must not keep a process alive that has nothing more to do.
  process.channel.unref();
}
