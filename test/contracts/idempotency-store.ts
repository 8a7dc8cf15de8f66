import { expect, test } from "vitest";
import { newJobId } from "../../contracts/job-id.ts";
import type { IdempotencyStore } from "../../contracts/ports/job-store.ts";

const first = newJobId(1);
const second = newJobId(2);

/** What every idempotency store promises. `openStore` gives an empty one on the given clock. */
export function idempotencyStoreContract(
  openStore: (now: () => number) => Promise<IdempotencyStore>,
): void {
  const entry = { owner: "team", key: "k/1 ü", requestHash: "a", jobId: first, expiresAt: 100 };

  test("the first request keeps its job under the key, and the next gets the same", async () => {
    const store = await openStore(() => 0);

    const kept = { jobId: first, requestHash: "a" };
    expect(await store.reserve(entry)).toEqual(kept);
    expect(await store.reserve({ ...entry, jobId: second, requestHash: "b" })).toEqual(kept);
  });

  test("keys of different owners do not meet", async () => {
    const store = await openStore(() => 0);
    await store.reserve(entry);

    const other = await store.reserve({ ...entry, owner: "others", jobId: second });

    expect(other.jobId).toBe(second);
  });

  test("of many at once exactly one is kept, and all learn which", async () => {
    const store = await openStore(() => 0);
    const candidates = Array.from({ length: 8 }, (_, n) => newJobId(n));

    const answers = await Promise.all(
      candidates.map((jobId) => store.reserve({ ...entry, jobId })),
    );

    expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1);
  });

  test("an expired key is free again, though its row may still be there", async () => {
    let now = 0;
    const store = await openStore(() => now);
    await store.reserve(entry);

    now = 100_000;

    expect((await store.reserve({ ...entry, jobId: second, expiresAt: 200 })).jobId).toBe(second);
  });

  test("a job takes the place of another that is kept, and of none else", async () => {
    const store = await openStore(() => 0);
    await store.reserve(entry);
    const instead = { ...entry, jobId: second, requestHash: "b", expiresAt: 200 };
    const third = newJobId(3);

    expect(await store.reserve({ ...instead, insteadOf: third })).toEqual({
      jobId: first,
      requestHash: "a",
    });
    const taken = { jobId: second, requestHash: "b" };
    expect(await store.reserve({ ...instead, insteadOf: first })).toEqual(taken);
    expect(await store.reserve({ ...instead, jobId: third, insteadOf: first })).toEqual(taken);
    expect(await store.reserve(entry)).toEqual(taken);
  });

  test("of many that take the place of one at once exactly one is kept, and all learn which", async () => {
    const store = await openStore(() => 0);
    await store.reserve(entry);

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        store.reserve({ ...entry, jobId: newJobId(10 + n), insteadOf: first }),
      ),
    );

    const ids = new Set(answers.map(({ jobId }) => jobId));
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(first);
  });
}
