/** A viewer looks and changes nothing: the buttons are not there, and the server refuses all the same. */
import { expect, testAs, verdict } from "./people";

const test = testAs("victor");

test("a viewer sees no button that starts or changes anything", async ({ page }) => {
  await page.goto("/incidents");
  await expect(page.getByRole("heading", { name: "Incidents", level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: /example incident|Choose a file/ })).toHaveCount(0);
  await page.getByRole("table").getByRole("link").first().click();
  await expect(verdict(page)).toBeVisible();
  await expect(page.getByRole("button", { name: /Investigate again|Report the outcome/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Review as a run/ })).toHaveCount(0);

  await page.goto("/runs");
  await expect(page.getByRole("link", { name: "New run" })).toHaveCount(0);
  await page.getByRole("table").getByRole("link").first().click();
  await expect(page.getByRole("log").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel the run" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Run again…" })).toHaveCount(0);

  await page.goto("/runs/new");
  await expect(page.getByText("Your role may look at runs, not start them")).toBeVisible();

  await page.goto("/targets");
  await expect(page.getByRole("heading", { name: "Targets", level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a target" })).toHaveCount(0);

  await page.goto("/audit");
  await expect(page.getByText("Your role does not read the audit log")).toBeVisible();

  await page.goto("/users");
  await expect(page.getByText("Only administrators")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Users" })).toHaveCount(0);
});

test("the server refuses a viewer's run", async ({ page }) => {
  await page.goto("/targets");
  const status = await page.evaluate(async () => {
    const list = await (await fetch("/api/v1/targets")).json();
    const response = await fetch("/api/v1/runs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: "true", target_ids: [list.items[0].id], timeout_seconds: 10 }),
    });
    return response.status;
  });
  expect(status).toBe(403);
});
