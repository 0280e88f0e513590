/** End-to-end tests: a real server with a fresh data directory, Debian's Chromium, one worker (they share the server). */
import { defineConfig } from "@playwright/test";

export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/server.ts",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "first-run", testMatch: "first-run.spec.ts" },
    {
      name: "console",
      testIgnore: ["first-run.spec.ts", "accessibility.spec.ts", "large-list.spec.ts"],
      dependencies: ["first-run"],
    },
    { name: "accessibility", testMatch: "accessibility.spec.ts", dependencies: ["first-run"] },
    { name: "large-list", testMatch: "large-list.spec.ts", dependencies: ["first-run"] },
  ],
});
