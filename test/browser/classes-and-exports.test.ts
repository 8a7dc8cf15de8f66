import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ballFrames } from "../support/numbered-job.ts";
import { useNumberedPage } from "../support/numbered-page.ts";
import { hasBrowser, violations } from "../support/page.ts";

describe.skipIf(!hasBrowser)("classes and exports", () => {
  const { open, within, world } = useNumberedPage();
  const rows = (page: Page) => page.locator(".object-table tbody tr");
  const only = (page: Page, name: string) =>
    page.getByRole("button", { name: `Show only ${name}`, exact: true });

  test("one class is shown alone with one click, and all are with the next", async () => {
    const { page, complaints } = await open(`?t=${within(130)}`);
    await expect.poll(() => rows(page).count()).toBe(2);

    await page.locator(".lane-row", { hasText: "ball" }).hover();
    await only(page, "ball").click();
    await expect.poll(() => rows(page).allTextContents()).toEqual([expect.stringMatching(/ball/)]);
    await page.waitForURL(/class=ball$/);
    expect(await page.getByRole("checkbox", { name: /player/ }).isChecked()).toBe(false);

    await page.getByRole("button", { name: "Show all classes" }).click();
    await expect.poll(() => rows(page).count()).toBe(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the button for it comes with the keyboard, too", async () => {
    const { page } = await open(`?t=${within(130)}`);

    await page.getByRole("checkbox", { name: /player/ }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");

    await expect
      .poll(() => rows(page).allTextContents())
      .toEqual([expect.stringMatching(/player/)]);
    await page.context().close();
  });

  test("a class of which the score leaves nothing is folded away, and named", async () => {
    const { page } = await open();
    const lane = page.locator(".lane-row", { hasText: "ball" });
    await lane.waitFor();

    for (let i = 0; i < 5; i++) await page.keyboard.press("]");
    const fold = page.getByRole("button", {
      name: "1 more class with nothing at this score: ball",
    });
    await fold.click();
    await lane.waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Hide classes with nothing at this score" }).click();

    await fold.waitFor();
    expect(await lane.count()).toBe(0);
    await page.context().close();
  });

  async function exported(page: Page, format: string) {
    await page.getByLabel("Format").selectOption(format);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  test("what is shown comes as a file of another program", async () => {
    const { page, complaints } = await open();

    const whole = await exported(page, "COCO");
    await only(page, "ball").focus();
    await page.keyboard.press("Enter");
    await page.getByText("score 0.35 and up, ball.").waitFor();
    const balls = await exported(page, "CSV");

    expect(whole.name).toBe("numbered.coco.json");
    expect(JSON.parse(whole.bytes.toString()).annotations).toHaveLength(
      240 + ballFrames.end - ballFrames.first,
    );
    expect(balls.name).toBe("numbered.csv");
    const lines = balls.bytes.toString().trimEnd().split("\n");
    expect(lines).toHaveLength(1 + ballFrames.end - ballFrames.first);
    expect(lines[1]).toMatch(/,120,360000,4,1,ball,0.55,,250,100,270,120\r?$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a folder comes as an archive", async () => {
    const { page, complaints } = await open();

    const { name, bytes } = await exported(page, "YOLO");

    expect(name).toBe("numbered-yolo.zip");
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
    expect(bytes.includes("numbered-yolo/labels/frame_000239.txt")).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a link that has run out is renewed, and a file that is gone is a problem with words", async () => {
    const { page } = await open();
    const button = page.getByRole("button", { name: "Export" });

    let refused = 0;
    world().api.bucket.intercept = async ({ key }) =>
      key.endsWith("detections.ndjson.gz") && refused++ === 0 ? 403 : undefined;
    expect((await exported(page, "CSV")).name).toBe("numbered.csv");
    world().api.bucket.intercept = async () => 404;
    await button.click();

    await page.getByText("A file of the result cannot be read").waitFor();
    world().api.bucket.intercept = async () => undefined;
    await page.context().close();
  });

  test("with no class shown there is nothing to export, and it says so", async () => {
    const { page } = await open();

    for (const name of [/player/, /ball/]) await page.getByRole("checkbox", { name }).uncheck();

    await page.getByText("No class is shown.").waitFor();
    expect(await page.getByRole("button", { name: "Export" }).isDisabled()).toBe(true);
    await page.context().close();
  });
});
