import { expect, test } from "vitest";
import type { ScalerStore } from "../../contracts/ports/scaler-store.ts";
import type { ScalerRow } from "../../contracts/scaler-row.ts";

const row = (version: number, coming = 0): ScalerRow => ({
  version,
  lookedAt: 1000,
  starts: [{ at: 900, tasks: 2 }],
  coming,
});

/** What every scaler store promises. `openStore` gives an empty one each time. */
export function scalerStoreContract(openStore: () => Promise<ScalerStore>): void {
  test("there is no row before the first look", async () => {
    const store = await openStore();

    expect(await store.find()).toBeUndefined();
  });

  test("a row comes back as it was stored, without what was never measured", async () => {
    const store = await openStore();

    expect(await store.replace(row(1))).toBe(true);
    expect(await store.find()).toEqual(row(1));

    expect(await store.replace({ ...row(2), speed: 7.5, bootSeconds: 240 })).toBe(true);
    expect(await store.find()).toEqual({ ...row(2), speed: 7.5, bootSeconds: 240 });
  });

  test("of two looks at the same time one is stored", async () => {
    const store = await openStore();
    await store.replace(row(1));

    const answers = await Promise.all([store.replace(row(2, 1)), store.replace(row(2, 2))]);

    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await store.find()).toEqual(row(2, answers[0] ? 1 : 2));
  });
}
