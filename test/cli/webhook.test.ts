import { expect, test } from "vitest";
import { cliWorld } from "../support/cli-world.ts";

const url = "https://hooks.example.com/ends";

async function worldWithWebhook() {
  const world = await cliWorld();
  const { stdout } = await world.cli(["webhook", "add", url, "--event", "job.failed", "--json"]);
  return { ...world, webhook: JSON.parse(stdout) as { webhook_id: string; secret: string } };
}

test("add prints the secret and nothing else on stdout", async () => {
  const { cli, system } = await cliWorld();

  const { exitCode, stdout, stderr } = await cli(["webhook", "add", url]);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^whsec_\S+\n$/);
  expect(stderr).toMatch(/Webhook wh_\S+ hears of job\.completed, job\.failed/);
  expect(system.asked.at(-1)).toMatchObject({ name: "addWebhook", body: { url } });
});

test("an event that there is not is refused before anything is asked", async () => {
  const { cli, system } = await cliWorld();

  const { exitCode, stderr } = await cli(["webhook", "add", url, "--event", "job.begun"]);

  expect(exitCode).toBe(2);
  expect(stderr).toContain("job.completed");
  expect(system.asked).toEqual([]);
});

test("ls shows what there is, and rm removes it", async () => {
  const { cli, webhook } = await worldWithWebhook();

  const listed = await cli(["webhook", "ls"]);
  const removed = await cli(["webhook", "rm", webhook.webhook_id]);
  const none = await cli(["webhook", "ls"]);

  expect(listed.stdout).toMatch(
    new RegExp(`^${webhook.webhook_id} +active +job\\.failed +https:`, "m"),
  );
  expect(listed.stdout).not.toContain(webhook.secret);
  expect(removed.exitCode).toBe(0);
  expect(none).toMatchObject({ stdout: "", exitCode: 0 });
});

test("deliveries shows status and error, and redeliver names one of them", async () => {
  const { cli, system, webhook } = await worldWithWebhook();

  const shown = await cli(["webhook", "deliveries", webhook.webhook_id]);
  const again = await cli(["webhook", "redeliver", webhook.webhook_id, "1-e"]);

  expect(shown.stdout).toMatch(/^1-e +failed +8 +500 .*the receiver answered 500/m);
  expect(again.exitCode).toBe(0);
  expect(system.asked.at(-1)).toMatchObject({ name: "redeliver" });
});

test("an unknown webhook exits with 5", async () => {
  const { cli } = await cliWorld();

  const { exitCode, stderr } = await cli(["webhook", "rm", "wh_x"]);

  expect(exitCode).toBe(5);
  expect(stderr).toContain("WEBHOOK_NOT_FOUND");
});
