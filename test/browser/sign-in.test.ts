import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobView } from "../support/fake-api.ts";
import { openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage, violations } from "../support/page.ts";

describe.skipIf(!hasBrowser)("the page of a system that asks for a key", () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld();
    world.api.apiKey = "fq_right";
    world.api.put(jobView({ filename: "secret.mp4", status: "cancelled" }));
  });
  afterAll(() => world?.close());

  const kept = `localStorage.getItem("framequeue-key")`;

  test("shows nothing but a field, which has the focus, and lets in who fills in a key", async () => {
    const { page } = await openPage(world.browser, world.origin);
    const field = page.getByLabel("API key");
    await field.waitFor();

    expect(await page.evaluate(`document.activeElement.id`)).toBe("key");
    expect(await page.getByText("secret.mp4").count()).toBe(0);
    // A key is typed on no screen that others may see, and is for password managers.
    expect(await field.getAttribute("type")).toBe("password");
    await page.keyboard.type("fq_wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("opens nothing here").waitFor();
    await field.fill("two words");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("no key").waitFor();
    await field.fill("  http://127.0.0.1:8787/#key=fq_right ");
    await page.keyboard.press("Enter");
    await page.getByText("secret.mp4").waitFor();

    await page.reload();
    await page.getByText("secret.mp4").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await field.waitFor();
    expect(await page.evaluate(kept)).toBeNull();
    await page.context().close();
  });

  test("a key that is revoked meanwhile leads back to the field, and its views are gone", async () => {
    const { page } = await openPage(world.browser, `${world.origin}/#key=fq_right`);
    await page.getByText("secret.mp4").waitFor();

    world.api.apiKey = "fq_next";
    await page.getByRole("alert").getByText("opens nothing here").waitFor();

    expect(await page.getByText("secret.mp4").count()).toBe(0);
    world.api.apiKey = "fq_right";
    await page.context().close();
  });

  test("a link with a key works in a tab that is open, and stays in no history", async () => {
    const { page, complaints } = await openPage(world.browser, `${world.origin}/#key=fq_wrong`);
    await page.getByRole("alert").waitFor();
    complaints.length = 0;

    await page.goto(`${world.origin}/#key=fq_right`);
    await page.getByText("secret.mp4").waitFor();

    expect(page.url()).toBe(`${world.origin}/#/`);
    await page.goBack();
    expect(page.url()).not.toContain("key=");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("tabs sign in and out together", async () => {
    const { page } = await openPage(world.browser, world.origin);
    const other = await page.context().newPage();
    await other.goto(world.origin);
    await other.getByLabel("API key").waitFor();

    await page.getByLabel("API key").fill("fq_right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await other.getByText("secret.mp4").waitFor();
    await other.getByRole("button", { name: "Sign out" }).click();

    await page.getByLabel("API key").waitFor();
    expect(await page.getByText("secret.mp4").count()).toBe(0);
    await page.context().close();
  });

  test.each(["light", "dark"] as const)("has nothing that axe objects to: %s", async (scheme) => {
    const { page } = await openPage(world.browser, world.origin, { colorScheme: scheme });
    await page.getByLabel("API key").waitFor();
    const asked = await violations(page);
    await page.getByLabel("API key").fill("fq_wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    const refused = await violations(page);
    await page.setViewportSize({ width: 360, height: 740 });
    const width = await page.evaluate<number>(`document.documentElement.scrollWidth`);

    expect([...asked, ...refused]).toEqual([]);
    expect(width).toBeLessThanOrEqual(360);
    await page.context().close();
  });
});
