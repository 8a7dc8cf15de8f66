import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startOidcProvider, type OidcProvider } from "../support/oidc-provider.ts";
import { hasBrowser, openBrowser, openPage, violations } from "../support/page.ts";
import { apiClient, startSystem, type System } from "../support/system.ts";

describe.skipIf(!hasBrowser)("the page of a system whose people sign in at an issuer", () => {
  let provider: OidcProvider;
  let system: System;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let adasJob: string;

  const clientOf = (user: string) =>
    apiClient({ api_url: system.running.api_url, api_key: provider.token(user) });

  beforeAll(async () => {
    const redirectUris: string[] = [];
    provider = await startOidcProvider({ clientId: "page", audience: "framequeue", redirectUris });
    const context = {
      auth: "jwt",
      authIssuer: provider.issuer,
      authAudience: "framequeue",
      authClientId: "page",
    };
    [system, browser] = await Promise.all([startSystem({ workers: 0, context }), openBrowser()]);
    redirectUris.push(`${system.running.page_url}/`);
    const video = { filename: "adas.mp4", bytes: new Uint8Array(1000) };
    adasJob = (await clientOf("ada").submit(video)).job_id;
  });
  beforeEach(async () => {
    Object.assign(provider, { tokenSeconds: 3600, audience: "framequeue" });
    provider.seen.length = 0;
    ({ page, complaints } = await openPage(browser, system.running.page_url));
  });
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await provider?.close();
  });

  const signInButton = () => page.getByRole("button", { name: "Sign in", exact: true });
  const signOutButton = () => page.getByRole("button", { name: "Sign out" });
  const alert = (words: string) => page.getByRole("alert").getByText(words).waitFor();
  async function signIn(user: string) {
    await signInButton().click();
    await page.getByLabel("User").fill(user);
    await page.getByRole("button", { name: "Continue" }).click();
    await signOutButton().waitFor();
  }
  const renewals = () => provider.seen.filter((each) => each === "token refresh_token").length;
  const kept = () => page.evaluate<string | null>(`localStorage.getItem("framequeue-key")`);

  test("leads there and back to where somebody was, and leaves nothing in the address", async () => {
    await page.goto(`${system.running.page_url}/#/jobs/${adasJob}`);
    await signInButton().waitFor();
    complaints.length = 0;

    await signIn("ada");
    await page.getByRole("heading", { name: "adas.mp4" }).waitFor();

    expect(page.url()).toBe(`${system.running.page_url}/#/jobs/${adasJob}`);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(`Object.keys(sessionStorage)`)).toEqual([]);
    await page.reload();
    await page.getByRole("heading", { name: "adas.mp4" }).waitFor();
    expect(provider.seen).toEqual(["token authorization_code"]);
  });

  test("shows everybody their own jobs, and signs out here, at the issuer and in other tabs", async () => {
    await signIn("ada");
    await page.getByText("adas.mp4").first().waitFor();
    const other = await page.context().newPage();
    await other.goto(system.running.page_url);
    await other.getByText("adas.mp4").first().waitFor();

    await signOutButton().click();
    await signInButton().waitFor();

    expect(await kept()).toBeNull();
    expect(provider.seen.slice(1)).toEqual(["revoke", "leave with hint"]);
    await other.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    expect(await other.getByText("adas.mp4").count()).toBe(0);
    // The issuer asks again.
    await signIn("bob");
    await page.getByText("Choose a video").first().waitFor();
    expect(await page.getByText("adas.mp4").count()).toBe(0);
    expect(await clientOf("bob").call("GET", "/v1/jobs")).toMatchObject({ jobs: [] });
  });

  test("renews a login before it ends, and asks for a new one when the issuer renews it no more", async () => {
    // A login is renewed a minute before its end: this one for every request.
    provider.tokenSeconds = 59;
    await signIn("ada");
    const [first, before] = [await kept(), renewals()];

    await expect.poll(renewals, { timeout: 30_000 }).toBeGreaterThan(before + 1);
    await expect.poll(kept).not.toBe(first);
    await signOutButton().waitFor();

    provider.refreshTokens.clear();
    await alert("Your sign-in has ended");
    expect(await page.getByText("adas.mp4").count()).toBe(0);
    expect(await kept()).toBeNull();
    await signInButton().click();
    await page.getByText("adas.mp4").first().waitFor();
  });

  test("uses no refresh token twice, however often two tabs ask at once", async () => {
    provider.tokenSeconds = 59;
    await signIn("ada");
    const tabs = [page, await page.context().newPage()];
    await tabs[1]!.goto(system.running.page_url);
    await tabs[1]!.getByText("adas.mp4").first().waitFor();
    const before = renewals();

    // Both look at once, with two requests each: the lock goes from one tab's process to the other's and back.
    for (let round = 0; round < 20; round++) {
      await Promise.all(tabs.map((tab) => tab.evaluate(`dispatchEvent(new Event("online"))`)));
      await expect.poll(renewals, { timeout: 10_000 }).toBeGreaterThan(before + round);
    }

    // The issuer would have refused a second use, and both tabs would be out.
    for (const tab of tabs) await tab.getByRole("button", { name: "Sign out" }).waitFor();
    expect(provider.seen.filter((each) => each.startsWith("refused"))).toEqual([]);
  });

  test("says what went wrong at the issuer, or on the way back", async () => {
    await signInButton().click();
    await page.getByRole("button", { name: "Deny" }).click();
    await alert("was cancelled");

    await page.goto(`${system.running.page_url}/?code=stolen&state=made-up`);
    await alert("begun in another tab");
    expect(page.url()).not.toContain("stolen");

    provider.audience = "another-system";
    await signInButton().click();
    await page.getByLabel("User").fill("ada");
    await page.getByRole("button", { name: "Continue" }).click();
    await alert("does not take the token");
    expect(await kept()).toBeNull();
  });

  test("takes a token that was made elsewhere, and refuses an API key", async () => {
    await page.getByText("Use a token instead").click();
    await page.getByLabel("Token").fill(`fq_${"a".repeat(43)}`);
    await page.keyboard.press("Enter");
    await alert("opens nothing here");
    // Not on the button that leads to the issuer: Enter belongs to who tries again.
    const focused = await page.evaluate<string>(`document.activeElement.id`);
    expect(focused).toBe("key");

    await page.getByLabel("Token").fill(provider.token("ada"));
    await page.keyboard.press("Enter");
    await page.getByText("adas.mp4").first().waitFor();
  });

  test("has nothing that axe objects to, and fits a telephone", async () => {
    await signInButton().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(360);
  });
});
