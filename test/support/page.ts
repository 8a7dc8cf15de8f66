import { existsSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { numberBits, numberCell } from "./numbered-picture.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Whether this machine has a browser; says so where it has none, so that a skip is seen. */
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser) {
  console.warn(
    `SKIPPED: no browser at ${executablePath}. Install Debian's chromium, or set CHROMIUM_PATH.`,
  );
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });

/** A new page, and everything that it complained about: a refused policy, an error of its own, a failed load. */
export async function openPage(
  browser: Browser,
  address: string,
  { colorScheme = "light" }: { colorScheme?: "light" | "dark" } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(address);
  return { page, complaints };
}

/** Chooses a video on the page's first view, with the input that a person would use. */
export const chooseVideo = (page: Page, path: string | string[]): Promise<void> =>
  page.getByLabel(/Choose a video/).setInputFiles(path);

/** What axe finds, by all its rules or some, one line per rule and element. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const runOnly = rules === undefined ? {} : { runOnly: { type: "rule" as const, values: rules } };
  const found = await new AxeBuilder({ page })
    .options({ resultTypes: ["violations"], ...runOnly })
    // No frames are in the page, so axe need not open a second one to put their answers together.
    .setLegacyMode(true)
    .analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

// Scripts that run in the page are text: the types of a document do not belong among those of the processes.
const readNumber = `(() => {
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return () => {
    context.drawImage(video, 0, 0);
    const row = Math.floor(${numberCell.height / 2} * canvas.height);
    const { data } = context.getImageData(0, row, canvas.width, 1);
    let number = 0;
    for (let bit = 0; bit < ${numberBits}; bit++) {
      const x = Math.floor((bit + 0.5) * ${numberCell.width} * canvas.width);
      if (data[4 * x] > 128) number += 2 ** bit;
    }
    return number;
  };
})()`;

const readOverlay = `(() => Number(document.querySelector(".screen").dataset.frame))`;

export interface FramePair {
  /** The number in the video's own picture. */
  readonly picture: number;
  /** The frame whose boxes are drawn. */
  readonly overlay: number;
}

/** Waits until a seek has come to rest, then compares picture and overlay. */
export const pausedFrame = (page: Page): Promise<FramePair> =>
  page.evaluate<FramePair>(`new Promise((resolve) => {
    const video = document.querySelector("video");
    const look = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
      if (video.seeking || video.readyState < 2) return look();
      resolve({ picture: ${readNumber}(), overlay: ${readOverlay}() });
    }, 30)));
    look();
  })`);

/** Seeks the player as its own code would, and waits for the picture. */
export async function seekTo(page: Page, seconds: number): Promise<FramePair> {
  // On a busy machine the picture's callback comes later than the picture.
  await page.evaluate(`new Promise((resolve) => {
    const video = document.querySelector("video");
    video.requestVideoFrameCallback(resolve);
    setTimeout(resolve, 1000);
    video.currentTime = ${seconds};
  })`);
  return pausedFrame(page);
}

/** A machine that others share may starve the browser so that it shows pictures without telling of them: then once more. */
export const playAgain = { retry: 2 } as const;

/** Plays, and compares picture and overlay on every picture that comes up. */
export const playedFrames = (page: Page, seconds: number): Promise<FramePair[]> =>
  page.evaluate<FramePair[]>(`new Promise((resolve) => {
    const video = document.querySelector("video");
    const read = ${readNumber};
    const pairs = [];
    const onPicture = () => {
      const picture = read();
      setTimeout(() => pairs.push({ picture, overlay: ${readOverlay}() }));
      video.requestVideoFrameCallback(onPicture);
    };
    video.requestVideoFrameCallback(onPicture);
    video.play();
    setTimeout(() => { video.pause(); resolve(pairs); }, ${seconds * 1000});
  })`);

/** How many pixels of a canvas are painted. */
export const paintedPixels = (page: Page, selector: string): Promise<number> =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
    return painted;
  })()`);
