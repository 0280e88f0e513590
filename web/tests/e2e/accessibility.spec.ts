/** axe-core on every screen, in both themes and two sizes; and no screen wider than the window. */
import { check } from "./axe";
import { test as anyone, expect, required, stateOf, testAs } from "./people";

const test = testAs("ada");
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
    await page.goto("/incidents");
    await page.getByRole("button", { name: "Ask a question…" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await check(page, "ask a question");
    await page.keyboard.press("Escape");
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
