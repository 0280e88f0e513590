/** The main flow without a mouse. */
import type { Locator, Page } from "@playwright/test";
import { expect, PASSWORD, test, verdict } from "./people";

/** Presses Tab until the element has the focus, and checks that the focus can be seen. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeVisible();
  for (let press = 0; press < 120; press += 1) {
    if (await element.evaluate((node) => node === document.activeElement)) {
      expect(await element.evaluate((node) => getComputedStyle(node).outlineStyle)).not.toBe("none");
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${element}`);
}

async function signInByKeyboard(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await expect(page.getByLabel("User name")).toBeFocused();
  await page.keyboard.type("olga");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/incidents$/);
}

test("sign in, investigate, report, run and cancel by keyboard alone", async ({ page }) => {
  await signInByKeyboard(page);

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Investigate the example incident" }));
  await page.keyboard.press("Enter");
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 });

  const hypotheses = page.getByRole("region", { name: "Hypotheses" });
  const open = await hypotheses.getByRole("button", { expanded: true }).count();
  await tabTo(page, hypotheses.getByRole("button", { expanded: false }).first());
  await page.keyboard.press("Enter");
  await expect(hypotheses.getByRole("button", { expanded: true })).toHaveCount(open + 1);

  const correct = page.getByRole("button", { name: "Correct the outcome" });
  const report = page.getByRole("button", { name: "Report the outcome" });
  await expect(correct.or(report)).toBeVisible();
  if (await correct.isVisible()) {
    await tabTo(page, correct);
    await page.keyboard.press("Enter");
  }
  await tabTo(page, page.getByLabel("Note"));
  await page.keyboard.type("Found by keyboard.");
  await page.keyboard.press("Tab");
  await expect(report).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("What Oriel learned")).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("new run");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/new$/);
  await expect(page.getByLabel("Command")).toBeFocused();
  await page.keyboard.type("echo by hand; sleep 600");
  await tabTo(page, page.getByRole("group", { name: "Targets" }).getByRole("checkbox").nth(1));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Run on 1 target" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log").getByText("by hand")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Cancel the run" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("Cancelled").first()).toBeVisible();
});

test("shortcuts go to the screens, and help lists them", async ({ page }) => {
  await signInByKeyboard(page);
  await expect(page.getByRole("heading", { name: "Incidents", level: 1 })).toBeVisible();
  for (const [key, title] of [
    ["t", "Targets"],
    ["r", "Runs"],
    ["a", "Audit"],
    ["i", "Incidents"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await expect(page.locator("#main")).toBeFocused();
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { name: "Targets", level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search")).toBeFocused();
  await page.keyboard.type("gi?");
  await expect(page.getByRole("heading", { name: "Targets", level: 1 })).toBeVisible();
});
