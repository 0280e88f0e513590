/** Commands on this machine: live output, exit codes, cancelling, a lost stream, output larger than the page keeps. */
import type { Page } from "@playwright/test";
import { expect, testAs } from "./people";

const test = testAs("olga");

async function start(page: Page, command: string): Promise<void> {
  await page.goto("/runs/new");
  await page.getByLabel("Command").fill(command);
  await page.getByRole("group", { name: "Targets" }).getByRole("checkbox").nth(1).check();
  await page.getByRole("button", { name: "Run on 1 target" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/);
}

const log = (page: Page) => page.getByRole("log");

test("output appears while the command runs, and stderr is told apart", async ({ page }) => {
  await start(page, "echo first; sleep 2; printf '\\033[32mgreen\\033[0m\\n'; echo trouble >&2; exit 3");
  await expect(log(page).getByText("first")).toBeVisible();
  await expect(page.getByText("Running").first()).toBeVisible();
  await expect(log(page).locator(".fg-green")).toHaveText("green");
  await expect(log(page).locator(".stderr")).toContainText("trouble");
  await expect(page.getByText("Failed").first()).toBeVisible();
  await expect(page.getByText("exit code 3")).toBeVisible();
  await expect(page.getByText("Took")).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const path = await (await download).path();
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(path, "utf8")).toContain("trouble");
});

test("a cancelled run ends its process", async ({ page }) => {
  await start(page, "echo started; sleep 600");
  await expect(log(page).getByText("started")).toBeVisible();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Run again…" })).toBeVisible();
});

test("a stream that breaks resumes: every line once", async ({ page }) => {
  let breaks = 0;
  await page.routeWebSocket(/\/api\/v1\/stream$/, (socket) => {
    const server = socket.connectToServer();
    let outputs = 0;
    server.onMessage((message) => {
      socket.send(message);
      if (String(message).includes('"output"')) outputs += 1;
      if (outputs >= 3 && breaks < 2) {
        breaks += 1;
        void socket.close();
        void server.close();
      }
    });
  });
  await start(page, "for i in $(seq 1 30); do echo line $i; sleep 0.1; done; echo end");
  await expect(log(page).getByText("end", { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(breaks).toBe(2);
  const lines = (await log(page).locator(".term-line").allInnerTexts()).map((line) => line.trim());
  const wanted = [...Array.from({ length: 30 }, (_, index) => `line ${index + 1}`), "end"];
  expect(lines).toEqual(wanted.slice(wanted.length - lines.length));
  expect(lines.length).toBeGreaterThan(20);
  await expect(page.getByText("31 lines")).toBeVisible();
});

test("an output larger than the page keeps stays bounded, and the page alive", async ({ page }) => {
  await start(page, "seq 1 400000");
  await expect(log(page).getByText("400000", { exact: true })).toBeVisible({ timeout: 50_000 });
  await expect(page.getByText(/The first .* are not/)).toBeVisible();
  await expect(page.getByText("Succeeded").first()).toBeVisible();
  expect(await page.locator(".term-line").count()).toBeLessThan(200);

  await log(page).hover();
  await page.mouse.wheel(0, -4000);
  await expect(page.getByRole("button", { name: "Follow", exact: true })).toBeVisible();
  await expect(log(page).getByText("400000", { exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Follow", exact: true }).click();
  await expect(log(page).getByText("400000", { exact: true })).toBeVisible();

  await page.reload();
  await expect(log(page).getByText("400000", { exact: true })).toBeVisible();
});

test("the history finds a run by its status", async ({ page }) => {
  await page.goto("/runs");
  await page.getByLabel("Status").selectOption("cancelled");
  await expect(page).toHaveURL(/status=cancelled/);
  await expect(page.getByRole("table").getByRole("link", { name: "echo started; sleep 600" })).toBeVisible();
  await expect(page.getByRole("table").getByRole("link", { name: "seq 1 400000" })).toHaveCount(0);
  await page.getByLabel("Status").selectOption("queued");
  await expect(page.getByText("No run matches")).toBeVisible();
});
