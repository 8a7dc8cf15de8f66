import { expect, test } from "vitest";
import type { WorkerRegistry } from "../../contracts/ports/job-store.ts";
import { aWorkerRow } from "../support/worker-row.ts";

/** What every worker registry promises. `openRegistry` gives an empty one on the given clock. */
export function workerRegistryContract(
  openRegistry: (now: () => number) => Promise<WorkerRegistry>,
): void {
  test("a worker is listed as its last heartbeat showed it", async () => {
    const workers = await openRegistry(() => 0);
    await workers.beat(aWorkerRow());
    await workers.beat(aWorkerRow({ workerId: "w2" }));
    await workers.beat(aWorkerRow({ state: "working", heartbeatAt: 10 }));

    const listed = await workers.list();

    expect(listed.toSorted((a, b) => (a.workerId < b.workerId ? -1 : 1))).toEqual([
      aWorkerRow({ state: "working", heartbeatAt: 10 }),
      aWorkerRow({ workerId: "w2" }),
    ]);
  });

  test("a worker that says goodbye is gone", async () => {
    const workers = await openRegistry(() => 0);
    await workers.beat(aWorkerRow());

    await workers.forget("w1");

    expect(await workers.list()).toEqual([]);
  });

  test("a worker that expired is not listed, though its row may still be there", async () => {
    let now = 99_000;
    const workers = await openRegistry(() => now);
    await workers.beat(aWorkerRow({ expiresAt: 100 }));
    expect(await workers.list()).toHaveLength(1);

    now = 100_000;

    expect(await workers.list()).toEqual([]);
  });
}
