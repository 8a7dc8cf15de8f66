import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ballFrames } from "../support/numbered-job.ts";
import { useNumberedPage } from "../support/numbered-page.ts";
import { hasBrowser, paintedPixels, violations } from "../support/page.ts";

describe.skipIf(!hasBrowser)("following an object", () => {
  const { open, within } = useNumberedPage();
  const frameShown = (page: Page) => page.locator(".screen").getAttribute("data-frame");
  const painted = (page: Page) => paintedPixels(page, ".screen canvas");

  test("the objects of the whole video are listed, and one that is followed is gone to", async () => {
    const { page, complaints } = await open();

    await page.getByRole("button", { name: "The whole video" }).click();
    const rows = page.locator(".object-table tbody tr");
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([
        expect.stringMatching(/^player 1.*0\.90.*240$/),
        expect.stringMatching(/^ball 2.*0\.55.*20$/),
      ]);
    await page.getByRole("button", { name: "Follow ball 2" }).click();

    await expect.poll(() => frameShown(page)).toBe(String(ballFrames.tracked));
    await page.locator(".lane-followed", { hasText: "ball 2" }).waitFor();
    await page.waitForURL(/track=2$/);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("steps go to its frames only, until it is let go", async () => {
    const { page } = await open(`?t=${within(ballFrames.first)}&track=2`);

    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => frameShown(page)).toBe(String(ballFrames.tracked));
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".lane-followed").count()).toBe(0);
    await page.keyboard.press("Shift+ArrowLeft");

    await expect.poll(() => frameShown(page)).toBe(String(ballFrames.tracked - 1));
    await page.waitForURL((url) => !url.hash.includes("track="));
    await page.context().close();
  });

  test("it stands out on the picture, and so does what is pointed at", async () => {
    const { page } = await open(`?t=${within(ballFrames.tracked)}`);
    // Without labels, whose widths differ.
    await page.getByRole("button", { name: "Labels" }).click();
    const usual = await painted(page);

    await page.locator(".object-table tbody tr", { hasText: "ball" }).hover();
    await expect.poll(() => painted(page)).toBeGreaterThan(usual);
    await page.getByRole("button", { name: "Follow ball 2" }).click();
    await page.mouse.move(0, 0);

    // The other box is thinner then.
    await expect.poll(() => page.locator("tr[data-followed=true]").count()).toBe(1);
    await page.getByRole("button", { name: "Stop following ball 2" }).click();
    await expect.poll(() => painted(page)).toBe(usual);
    await page.context().close();
  });
});
