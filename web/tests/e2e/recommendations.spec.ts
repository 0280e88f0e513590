/** A recommendation is a change to review: what it says, what can be copied, and that nothing runs by itself. */
import { expect, testAs, verdict } from "./people";

const test = testAs("olga");

test("a recommendation shows its change, and its review fills the form of a run in", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Investigate the example incident" }).click();
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 });

  const list = page.getByRole("region", { name: "Recommendations" });
  const raise = list.getByRole("listitem").filter({ hasText: "Raise memory limit: service payments" });
  await expect(raise).toContainText("Low risk");
  await expect(raise).toContainText("Reversible");
  await expect(raise.getByRole("term")).toHaveText(["Risk", "Undo", "Check"]);

  const command = (await raise.locator(".command pre").first().innerText()).trim();
  expect(command).toMatch(/^kubectl set resources \S+ -n \S+ -c \S+ --limits=memory=\S+$/);
  await raise.getByRole("button", { name: /^Copy the command/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);

  const diff = raise.getByRole("region", { name: /^Lines changed/ }).locator("pre");
  await diff.focus();
  await expect(diff).toBeFocused();
  await expect(diff.locator(".removed")).toHaveText(/^-\s+memory: \S+\s*$/);
  await expect(diff.locator(".added")).toHaveText(/^\+\s+memory: \S+\s*$/);

  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/runs")) asked.push(request.url());
  });
  const review = raise.getByRole("link", { name: /^Review as a run: the command/ });
  await review.press("Enter");
  await expect(page).toHaveURL(/\/runs\/new\?command=/);
  await expect(page.getByLabel("Command")).toHaveValue(command);
  expect(asked).toEqual([]);
});
