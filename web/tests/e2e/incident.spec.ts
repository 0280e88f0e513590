/** From the example incident to its verdict, and from the outcome to what was learned. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { WebSocketRoute } from "@playwright/test";
import type { Investigation } from "../../src/api/types";
import { expect, testAs, verdict } from "./people";

const test = testAs("olga");

test("the example incident is investigated, and its outcome teaches", async ({ page }) => {
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Investigate the example incident" }).click();
  await expect(page).toHaveURL(/\/incidents\/[0-9a-f-]{36}/);

  await expect(verdict(page)).toBeVisible({ timeout: 30_000 });
  const hypotheses = page.getByRole("region", { name: "Hypotheses" });
  const leading = hypotheses.getByRole("button").first();
  await expect(leading).toContainText("service/payments out of memory");
  if ((await leading.getAttribute("aria-expanded")) === "false") await leading.click();
  await expect(
    hypotheses.getByRole("img", { name: /^Probability \S+, credible interval \S+ to \S+$/ }).first(),
  ).toBeVisible();
  await expect(hypotheses.getByText("What supports it").first()).toBeVisible();
  await expect(
    hypotheses
      .locator(".evidence .from")
      .filter({ hasText: /^\S+\.\w+:\d+$/ })
      .first(),
  ).toBeVisible();
  await expect(hypotheses.getByRole("heading", { name: "Proof" }).first()).toBeVisible();

  const perspectives = page.getByRole("region", { name: "Perspectives", exact: true });
  await expect(perspectives.getByRole("rowheader", { name: "Deductive" })).toBeVisible();
  await perspectives.getByRole("button", { name: "Show the details of deductive" }).click();
  await expect(perspectives.getByText(/^Used \d+ atoms?\.$/)).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Weight" })).toHaveAttribute("aria-sort", "descending");
  await perspectives.getByRole("button", { name: "Mode" }).click();
  await expect(page.getByRole("columnheader", { name: "Mode" })).toHaveAttribute("aria-sort", "ascending");

  const outcome = page.getByRole("region", { name: "Outcome" });
  await outcome.getByLabel("Note").fill("The limit was raised and the restarts ended.");
  await outcome.getByRole("button", { name: "Report the outcome" }).click();
  await expect(outcome.getByText("The true cause was")).toBeVisible();
  await expect(outcome.getByText("What Oriel learned")).toBeVisible();

  const first = page.url();
  await outcome.getByRole("button", { name: "Investigate again with this" }).click();
  await expect(page).not.toHaveURL(first);
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: "Number 2" })).toHaveAttribute("aria-current", "true");
  await page.getByRole("link", { name: "Number 1" }).click();
  await expect(outcome.getByText("The limit was raised")).toBeVisible();
});

test("the same archive again leads to the incident that exists, and says so", async ({ page }) => {
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Investigate the example incident" }).click();
  await expect(page.getByText("Oriel has this archive already")).toBeVisible();
});

test("what is no archive is refused with a reason, and the page stays usable", async ({ page }) => {
  await page.goto("/incidents");
  await page.getByLabel("Incident archive", { exact: true }).setInputFiles({
    name: "notes.tar.zst",
    mimeType: "application/zstd",
    buffer: Buffer.from("these are notes and no archive"),
  });
  const alert = page.getByRole("alert").filter({ hasText: "The archive was not taken" });
  await expect(alert).toBeVisible();
  await expect(alert.getByText("Request")).toBeVisible();
  await expect(page.getByRole("button", { name: "Choose a file…" })).toBeEnabled();
});

test("an archive is taken by the file button, and by dropping it again leads to the same incident", async ({
  page,
}, info) => {
  const archive = info.outputPath("outage.tar");
  execFileSync("tar", ["-cf", archive, "--sort=name", "-C", "../examples/checkout-outage", "."]);
  await page.goto("/incidents");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file…" }).click();
  await (await chooser).setFiles(archive);
  await expect(page).toHaveURL(/\/incidents\/[0-9a-f-]{36}/);
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("upload", { exact: true })).toBeVisible();
  const made = page.url();

  await page.goto("/incidents");
  const bytes = readFileSync(archive).toString("base64");
  const files = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(
      new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "outage.tar"),
    );
    return transfer;
  }, bytes);
  await page
    .getByRole("region", { name: "Submit an incident archive" })
    .dispatchEvent("drop", { dataTransfer: files });
  await expect(page.getByText("Oriel has this archive already")).toBeVisible();
  await expect(page).toHaveURL(made);
});

test("progress comes over the stream: stages first, then the verdict, without a reload", async ({ page }) => {
  // The example takes a fraction of a second, so the stream is held back here: its messages are the server's own shapes.
  let socket: WebSocketRoute | null = null;
  const subscribed = new Promise<void>((resolve) => {
    void page.routeWebSocket(/\/api\/v1\/stream$/, (opened) => {
      socket = opened;
      opened.onMessage((message) => {
        if (String(message).includes('"investigation/')) resolve();
      });
    });
  });
  let done: Investigation | null = null;
  let held: Investigation | null = null;
  await page.route(/\/api\/v1\/investigations\/[0-9a-f-]+$/, async (route) => {
    const response = await route.fetch();
    done = (await response.json()) as Investigation;
    held = { ...done, status: "running", verdict: null, outcome: null, finished_at: null, stages: [] };
    await route.fulfill({ response, json: held });
  });
  await page.goto("/incidents");
  await page.getByRole("table").getByRole("link").first().click();
  await subscribed;
  await expect(page.getByText("Waiting for its turn.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Investigate again" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );

  const say = (type: string, data: unknown, seq: number) =>
    socket?.send(JSON.stringify({ topic: `investigation/${done?.id}`, seq, type, data }));
  const at = "2026-11-21T00:00:00Z";
  say(
    "stage",
    { ...(held as unknown as Investigation), stages: [{ name: "reading", done: 3, total: 12, at }] },
    1,
  );
  const stages = page.getByRole("region", { name: "Progress" });
  await expect(stages.getByText("3 of 12")).toBeVisible();
  await expect(stages.getByRole("listitem")).toContainText("Reading, under way");
  say(
    "stage",
    {
      ...(held as unknown as Investigation),
      stages: [
        { name: "reading", done: 12, total: 12, at },
        { name: "reasoning", done: 0, total: null, at },
      ],
    },
    2,
  );
  await expect(stages.getByRole("listitem").first()).toContainText("Reading, finished");
  await expect(stages.getByRole("listitem").nth(1)).toContainText("Reasoning, under way");
  await page.unroute(/\/api\/v1\/investigations\/[0-9a-f-]+$/);
  say("done", done, 3);
  await expect(verdict(page)).toBeVisible();
});
