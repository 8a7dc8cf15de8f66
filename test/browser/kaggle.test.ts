import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kaggleNotebook } from "../../contracts/kaggle-notebook.ts";
import { openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage, violations } from "../support/page.ts";

describe.skipIf(!hasBrowser)("the panel of workers", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  test("gives the notebook that the command makes, with the page's address in it, and then says which secret it needs", async () => {
    const { page, complaints } = await openPage(world.browser, world.origin);
    const words = page.getByText("framequeue worker token create kaggle");
    const button = page.getByRole("button", { name: "Connect a Kaggle GPU" });
    await button.waitFor();
    expect(await words.count()).toBe(0);

    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    await words.waitFor();

    expect(download.suggestedFilename()).toBe("framequeue-worker.ipynb");
    const notebook = await readFile(await download.path(), "utf8");
    expect(notebook).toBe(kaggleNotebook({ system: world.origin }));
    expect(complaints).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
