type Self = Pick<NodeJS.Process, "connected" | "channel" | "once">;

/**
 * Calls once when whoever started this process is gone, even before now; never where it was started without a channel.
 * The channel's end is what the kernel closes for a starter that could say nothing any more.
 */
export function whenStarterIsGone(self: Self, gone: () => void): void {
  if (!(self.connected ?? true)) return gone();
  if (!self.channel) return;
  self.once("disconnect", gone);
  // The channel must not keep a process alive that has nothing more to do.
  self.channel.unref();
}
