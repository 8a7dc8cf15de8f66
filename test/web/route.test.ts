import { describe, expect, test } from "vitest";
import { formatRoute, parseRoute } from "../../web/route.ts";

describe("an address", () => {
  test("carries place, score, classes and followed track of a job, and reads them back", () => {
    const classes = ["player", "fire hydrant", "a,b&c"];
    const view = { t: 12.4, score: 0.35, classes, track: 7 };

    const hash = formatRoute({ name: "job", jobId: "01j", view });

    expect(parseRoute(hash)).toEqual({ name: "job", jobId: "01j", view });
  });

  test("tells no class from every class", () => {
    const none = formatRoute({ name: "job", jobId: "01j", view: { classes: [] } });

    expect(parseRoute(none)).toMatchObject({ view: { classes: [] } });
    expect(parseRoute("#/jobs/01j")).toMatchObject({ view: { classes: undefined } });
  });

  test.each(["", "#", "#/", "#/?status=nonsense"])("%j leads to the first view", (hash) => {
    expect(parseRoute(hash)).toEqual({ name: "home", status: undefined });
  });

  test("keeps the list's filter", () => {
    expect(parseRoute(formatRoute({ name: "home", status: "failed" }))).toEqual({
      name: "home",
      status: "failed",
    });
  });

  test.each([
    "#/jobs/01j?t=-1&score=7",
    "#/jobs/01j?t=abc&score=",
    "#/jobs/01j?t=Infinity&score=NaN",
  ])("%s passes nonsense over", (hash) => {
    expect(parseRoute(hash)).toMatchObject({ view: { t: undefined, score: undefined } });
  });

  test.each(["#/jobs/", "#/jobs/a/b", "#/jobs/<script>", "#/nowhere"])("%s is unknown", (hash) => {
    expect(parseRoute(hash)).toEqual({ name: "unknown" });
  });
});
