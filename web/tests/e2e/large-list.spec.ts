/** Ten thousand targets: the list, its search and the picker of a new run stay quick, with few rows in the page. */
import { expect, testAs } from "./people";

const test = testAs("ada");
const ROWS = 10_000;

test("ten thousand targets", async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto("/about");
  const made = await page.evaluate(async (rows) => {
    let next = 0;
    let failed = 0;
    const worker = async () => {
      while (next < rows) {
        const number = String(next).padStart(5, "0");
        next += 1;
        const response = await fetch("/api/v1/targets", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            name: `bulk-${number}`,
            transport: "local",
            labels: { batch: number.slice(0, 2) },
          }),
        });
        if (!response.ok) failed += 1;
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    return { failed };
  }, ROWS);
  expect(made.failed).toBe(0);

  await page.goto("/targets");
  await expect(page.getByText(/^10,00\d targets$/)).toBeVisible({ timeout: 60_000 });
  const table = page.getByRole("table");
  expect(Number(await table.getAttribute("aria-rowcount"))).toBeGreaterThan(ROWS);
  expect(await table.getByRole("row").count()).toBeLessThan(80);

  const list = page.getByRole("region", { name: "Targets" });
  await list.evaluate((node) => node.scrollTo(0, node.scrollHeight / 2));
  await expect(table.getByRole("link", { name: /^bulk-0(4|5)/ }).first()).toBeVisible();
  await list.focus();
  await page.keyboard.press("End");
  await expect(table.getByRole("link", { name: "bulk-09999" })).toBeVisible();
  expect(await table.getByRole("row").count()).toBeLessThan(80);

  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await page.getByLabel("Search").fill("batch=07");
  await expect(page.getByText(/^1,000 of 10,00\d targets$/)).toBeVisible();

  await page.goto("/runs/new");
  await page.getByLabel("Search the targets").fill("batch=07");
  await page.getByLabel("All 1,000 that match").check();
  await expect(page.getByText("1,000 targets chosen")).toBeVisible();
  expect(await page.getByRole("checkbox").count()).toBeLessThan(60);
  await expect(page.getByRole("button", { name: "Run on 1,000 targets" })).toBeVisible();
});

test("the audit log of it all is read as it is scrolled", async ({ page }) => {
  await page.goto("/audit");
  await expect(page.getByText("200 entries loaded")).toBeVisible();
  const list = page.getByRole("region", { name: "Audit log" });
  await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
  await expect(page.getByText("400 entries loaded")).toBeVisible();
  expect(await page.getByRole("table").getByRole("row").count()).toBeLessThan(80);
});
