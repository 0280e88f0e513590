/** Asking a cluster: a question, a target with a kubectl on a real sshd, the transcript as it grows, and its end. */

import { check } from "./axe";
import { putKubectl } from "./kubectl";
import { expect, required, stateOf, testAs, verdict } from "./people";
import { type Sshd, startSshd } from "./sshd";

const test = testAs("olga");
let sshd: Sshd;
let target = "";

test.beforeAll(async ({ browser }) => {
  sshd = await startSshd();
  const context = await browser.newContext({ baseURL: required("ORIEL_URL"), storageState: stateOf("ada") });
  const page = await context.newPage();
  await page.goto("/about");
  target = await page.evaluate(
    async (host) => {
      const send = async (method: string, path: string, body: unknown) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(await answer.text());
        return answer.json();
      };
      const { fingerprint, ...address } = host;
      const made = await send("POST", "/targets", {
        name: "jump-1",
        transport: "ssh",
        ...address,
        labels: {},
      });
      await send("PUT", `/targets/${made.id}/host-key`, { fingerprint });
      return made.id as string;
    },
    {
      host: "127.0.0.1",
      port: sshd.port,
      user: sshd.user,
      private_key: sshd.privateKey,
      fingerprint: sshd.fingerprint,
    },
  );
  await context.close();
});

test.afterAll(async ({ browser }) => {
  const context = await browser.newContext({ baseURL: required("ORIEL_URL"), storageState: stateOf("ada") });
  const page = await context.newPage();
  await page.goto("/about");
  await page.evaluate((id) => fetch(`/api/v1/targets/${id}`, { method: "DELETE" }), target);
  await context.close();
  sshd?.stop();
});

test("a question becomes a verdict, with all that was asked for it", async ({ page }) => {
  putKubectl(sshd, "sleep 0.5");
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Ask a question…" }).click();
  const dialog = page.getByRole("dialog", { name: "Ask a question" });
  await expect(dialog.getByLabel("What is wrong")).toBeFocused();
  await dialog.getByLabel("What is wrong").fill("checkout fails");
  await dialog.getByLabel("Target to ask").fill("nowhere");
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("No target has this name");
  await dialog.getByLabel("Target to ask").fill("jump-1");
  await dialog.getByLabel("Namespace").fill("shop");
  await dialog.getByLabel("Namespace").press("Enter");

  const asked = page.getByRole("region", { name: "What was asked" });
  await expect(asked.getByRole("button", { name: /kubectl get pods -n shop -o wide/ })).toBeVisible();
  await expect(asked.getByText("Asking", { exact: true })).toBeVisible();
  await expect(verdict(page)).toContainText("service/payments", { timeout: 45_000 });
  await expect(asked.getByText("Why it stopped:")).toBeVisible();
  await expect(asked.getByText("Asking", { exact: true })).toHaveCount(0);

  const first = asked.getByRole("button", { name: /kubectl get pods -n shop -o wide/ });
  await expect(first).toContainText(/\d\.\d\d bits expected/);
  await first.focus();
  await page.keyboard.press("Enter");
  const output = asked
    .getByRole("region", { name: "Output of kubectl get pods -n shop -o wide" })
    .locator("pre");
  await expect(output).toContainText("NAME");
  await output.focus();
  await expect(output).toBeFocused();
  for (const [width, scheme] of [
    [1440, "light"],
    [390, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await check(page, `the transcript, ${scheme}, ${width} wide`);
    await page.screenshot({ path: `test-results/transcript-${scheme}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await asked.getByRole("link", { name: "The run that carried it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("kubectl get pods -n shop -o wide");
  await page.getByRole("link", { name: "an inquiry" }).click();
  await expect(asked).toBeVisible();

  await page.goto("/runs?origin=inquiry");
  await expect(
    page
      .getByRole("table")
      .getByRole("link", { name: /^kubectl get pods/ })
      .first(),
  ).toBeVisible();
});

test("an inquiry can be cancelled, and goes on from an incident's evidence", async ({ page }) => {
  putKubectl(sshd, "sleep 8");
  await page.goto("/incidents");
  await page.getByRole("table").getByRole("link", { name: "checkout fails" }).first().click();
  await page.getByRole("button", { name: "Ask the cluster…" }).click();
  const dialog = page.getByRole("dialog", { name: "Ask the cluster" });
  await dialog.getByLabel("Target to ask").fill("jump-1");
  await dialog.getByRole("button", { name: "Ask jump-1" }).click();
  const asked = page.getByRole("region", { name: "What was asked" });
  await expect(asked.getByText("Asking", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Cancel the investigation" }).click();
  await expect(page.getByText("The investigation was cancelled")).toBeVisible();
  await expect(page.getByText("Cancelled by olga.")).toBeVisible();
  await expect(asked.getByText("No answer", { exact: true })).toBeVisible();
});

test("a host without kubectl is no evidence, and says so", async ({ page }) => {
  putKubectl(sshd, "echo 'sh: kubectl: not found' >&2; exit 127");
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Ask a question…" }).click();
  const dialog = page.getByRole("dialog", { name: "Ask a question" });
  await dialog.getByLabel("What is wrong").fill("nothing answers");
  await dialog.getByLabel("Target to ask").fill("jump-1");
  await dialog.getByRole("button", { name: "Ask jump-1" }).click();
  const asked = page.getByRole("region", { name: "What was asked" });
  await expect(asked.getByText("No answer", { exact: true })).toBeVisible();
  await expect(asked).toContainText("kubectl was not found");
  await expect(page.getByText("Oriel abstains").first()).toBeVisible();
});
