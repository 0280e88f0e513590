/** Takes a picture of each screen of the mock, in both themes and two sizes: `node tests/mock/shoot.mjs URL DIR`. */
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";

const [base = "http://localhost:5199", out = "/tmp/oriel-shots", only = ""] = process.argv.slice(2);
const ID = (kind, number) => `0193${kind}000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const SCREENS = {
  incidents: "/incidents",
  verdict: `/incidents/${ID(3, 0)}`,
  abstained: `/incidents/${ID(3, 1)}`,
  targets: "/targets",
  "target-add": "/targets?add=1",
  target: `/targets/${ID(2, 3)}`,
  runs: "/runs",
  "run-new": "/runs/new?command=uptime",
  run: `/runs/${ID(5, 1)}`,
  audit: "/audit",
  users: "/users",
  about: "/about",
  "not-found": "/nowhere",
};
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
for (const scheme of ["light", "dark"]) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    await page.request.delete(`${base}/api/v1/session`);
    await page.goto(`${base}/sign-in`);
    await page.waitForSelector("input");
    if (!only) await page.screenshot({ path: `${out}/sign-in-${scheme}-${width}.png` });
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/incidents");
    for (const [name, path] of Object.entries(SCREENS)) {
      if (only && !only.split(",").includes(name)) continue;
      await page.goto(base + path);
      await page.waitForSelector("main h1");
      await page.waitForTimeout(500);
      const dialog = await page.locator("dialog[open]").count();
      await page.screenshot({ path: `${out}/${name}-${scheme}-${width}.png`, fullPage: !dialog });
    }
    await page.close();
  }
}
await browser.close();
