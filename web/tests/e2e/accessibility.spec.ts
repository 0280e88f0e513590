/** axe-core on every screen, in both themes and two sizes; and no screen wider than the window. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { test as anyone, expect, required, stateOf, testAs } from "./people";

const test = testAs("ada");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function check(page: Page, screen: string): Promise<void> {
  await page.evaluate(AXE);
  const results = await page.evaluate(
    (tags) =>
      (
        window as unknown as { axe: { run: (node: Document, options: object) => Promise<AxeResults> } }
      ).axe.run(document, { runOnly: tags }),
    RULES,
  );
  const found = results.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
  expect.soft(found, screen).toEqual([]);
  expect.soft(results.passes.length, `${screen}: rules that applied`).toBeGreaterThan(10);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(wider, `${screen}: wider than the window by`).toBeLessThanOrEqual(0);
}

/** Something to look at: the example incident and a run. Both may be there from other tests. */
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ baseURL: required("ORIEL_URL"), storageState: stateOf("ada") });
  const page = await context.newPage();
  await page.goto("/about");
  await page.evaluate(async () => {
    await fetch("/api/v1/incidents/example", { method: "POST" });
    const targets = await (await fetch("/api/v1/targets")).json();
    await fetch("/api/v1/runs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: "echo seen; echo trouble >&2", target_ids: [targets.items[0].id] }),
    });
  });
  await context.close();
});

const VIEWS = (["light", "dark"] as const).flatMap((scheme) => [
  { scheme, width: 1440, height: 900 },
  { scheme, width: 390, height: 844 },
]);

for (const { scheme, width, height } of VIEWS) {
  test(`every screen, ${scheme}, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const path of [
      "/incidents",
      "/runs",
      "/runs/new?command=uptime",
      "/targets",
      "/targets?add=1",
      "/audit",
      "/users",
      "/about",
      "/nowhere",
    ]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
      await check(page, path);
    }
    for (const list of ["/incidents", "/runs", "/targets"]) {
      await page.goto(list);
      await page.getByRole("table").getByRole("link").first().click();
      await expect(page).toHaveURL(new RegExp(`${list}/.+`));
      await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
      await check(page, `${list}/…`);
    }
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toBeVisible();
    await check(page, "command palette");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await check(page, "shortcuts");
  });

  anyone(`sign-in and setup, ${scheme}, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of ["/sign-in", "/setup?token=x"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await check(page, path);
    }
  });
}
