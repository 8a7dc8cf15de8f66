import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { whenStarterIsGone } from "../../gpu-worker/starter.ts";

const processWith = (facts: { connected?: boolean; channel?: { unref: () => void } }) =>
  Object.assign(new EventEmitter(), facts) as unknown as NodeJS.Process;

test("a worker hears once that its starter is gone, and the channel keeps it alive no longer", () => {
  const unref = vi.fn<() => void>();
  const self = processWith({ connected: true, channel: { unref } });
  const gone = vi.fn<() => void>();

  whenStarterIsGone(self, gone);
  expect(unref).toHaveBeenCalledOnce();
  expect(gone).not.toHaveBeenCalled();
  self.emit("disconnect");
  self.emit("disconnect");

  expect(gone).toHaveBeenCalledOnce();
});

test("a starter that was gone before the worker looked counts as gone", () => {
  const gone = vi.fn<() => void>();

  whenStarterIsGone(processWith({ connected: false }), gone);

  expect(gone).toHaveBeenCalledOnce();
});

test("a worker that was started without a channel, as a container's, never hears it", () => {
  const self = processWith({});
  const gone = vi.fn<() => void>();

  whenStarterIsGone(self, gone);
  self.emit("disconnect");

  expect(gone).not.toHaveBeenCalled();
});
