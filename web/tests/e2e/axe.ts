/** axe-core on the page that is shown. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect } from "./people";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails softly on what axe-core finds in the page, and on a page that is wider than the window. */
export async function check(page: Page, screen: string): Promise<void> {
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
