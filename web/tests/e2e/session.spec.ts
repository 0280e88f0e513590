/** Sessions that end, servers that fail, pages that do not exist. */
import { test as anyone, expect, signIn, testAs } from "./people";

const test = testAs("olga");

anyone("when the session ends, signing in leads back to the same place", async ({ page, context }) => {
  await page.goto("/runs?status=failed");
  await signIn(page, "olga");
  await expect(page).toHaveURL(/\/runs\?status=failed$/);
  await context.clearCookies();
  await page.getByLabel("Status").selectOption("succeeded");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signIn(page, "olga");
  await expect(page).toHaveURL(/\/runs\?status=succeeded$/);
});

test("an error shows the server's reason and the request to look for, and can be retried", async ({
  page,
}) => {
  let broken = true;
  await page.route("**/api/v1/audit?*", (route) =>
    broken
      ? route.fulfill({
          status: 422,
          contentType: "application/problem+json",
          body: JSON.stringify({
            title: "A value is not acceptable",
            status: 422,
            detail: "cursor: it is not one of ours.",
            request_id: "0199-test",
          }),
        })
      : route.continue(),
  );
  await page.goto("/audit");
  const alert = page.getByRole("alert").filter({ hasText: "cursor: it is not one of ours." });
  await expect(alert).toContainText("0199-test");
  broken = false;
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("table")).toBeVisible();
});

test("an address that leads nowhere says so", async ({ page }) => {
  await page.goto("/nowhere/at/all");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.goto("/runs/0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77");
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toBeVisible();
});

testAs("ada")("the audit log names what was done, and its chain is whole", async ({ page }) => {
  await page.goto("/audit");
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await expect(page.getByText("The chain is whole.")).toBeVisible();
  await page.getByRole("table").getByRole("button").first().click();
  await expect(page.getByRole("dialog").getByText("Hash")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the theme is chosen, kept, and set before the page is drawn", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/about");
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
});
