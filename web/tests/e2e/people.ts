/** Who signs in during the tests, and how. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";

export const PASSWORD = "a long enough password";
export type Name = "ada" | "olga" | "victor";

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the global setup did not run.`);
  return value;
}

/** Where a person's session is kept between tests. */
export function stateOf(name: Name): string {
  const directory = required("ORIEL_E2E_STATE");
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
  return join(directory, `${name}.json`);
}

export async function signIn(page: Page, name: Name, password = PASSWORD): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** The verdict of the investigation that the page shows. */
export const verdict = (page: Page) => page.getByRole("region", { name: "Verdict" });

/** A test with the server's address as base, that fails on any error that the page itself threw. */
export const test = base.extend<{ faults: Error[] }>({
  baseURL: async ({ browserName: _ }, use) => use(required("ORIEL_URL")),
  faults: [
    async ({ page }, use) => {
      const faults: Error[] = [];
      page.on("pageerror", (error) => faults.push(error));
      page.on("console", (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) faults.push(new Error(message.text()));
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

/** The same, signed in. */
export const testAs = (name: Name) =>
  test.extend({ storageState: async ({ browserName: _ }, use) => use(stateOf(name)) });

export { expect };
