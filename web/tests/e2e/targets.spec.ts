/** A target from its address to a command on it, against a real sshd; and what goes wrong on the way. */
import { expect, testAs } from "./people";
import { type Sshd, startSshd } from "./sshd";

const test = testAs("ada");
let sshd: Sshd;
test.beforeAll(async () => {
  sshd = await startSshd();
});
test.afterAll(() => sshd?.stop());

test("add, compare and pin the host key, test, run, edit, delete", async ({ page }) => {
  await page.goto("/targets");
  await page.getByRole("button", { name: "Add a target" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a target" });
  await dialog.getByLabel("Name").fill("edge-1");
  await dialog.getByLabel("Host").fill("127.0.0.1");
  await dialog.getByLabel("Port", { exact: true }).fill(String(sshd.port));
  await dialog.getByLabel("User").fill(sshd.user);
  await dialog
    .getByLabel("Private key file")
    .setInputFiles({ name: "id_ed25519", mimeType: "text/plain", buffer: Buffer.from(sshd.privateKey) });
  await expect(dialog.getByLabel("Private key", { exact: true })).toHaveValue(/OPENSSH PRIVATE KEY/);
  await dialog.getByLabel("Labels").fill("role=edge");
  await dialog.getByRole("button", { name: "Add the target" }).click();

  await expect(page.getByRole("heading", { name: "edge-1", level: 1 })).toBeVisible();
  await expect(page.getByText("No key is pinned")).toBeVisible();
  await page.getByRole("button", { name: "Scan the host key" }).click();
  await expect(page.locator(".fingerprint")).toHaveText(sshd.fingerprint);
  await expect(page.getByRole("button", { name: "Pin this key" })).toBeDisabled();
  await page.getByLabel(/I have compared this fingerprint/).check();
  await page.getByRole("button", { name: "Pin this key" }).click();
  await expect(page.getByText("A host that shows any other key is refused")).toBeVisible();
  await expect(page.locator(".fingerprint")).toHaveText(sshd.fingerprint);

  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText("The connection works")).toBeVisible();
  await expect(page.locator(".steps li").first()).toBeVisible();

  await page.getByRole("link", { name: "Run a command…" }).click();
  await page.getByLabel("Command").fill("echo over ssh; sleep 1; echo done");
  await page.getByRole("button", { name: "Run on 1 target" }).click();
  await expect(page.getByRole("log").getByText("over ssh")).toBeVisible();
  await expect(page.getByText("Succeeded").first()).toBeVisible();

  await page.goto("/runs/new");
  await page.getByLabel("Command").fill("echo hello; sleep 1");
  await page.getByLabel("All 2", { exact: true }).check();
  await page.getByRole("button", { name: "Run on 2 targets" }).click();
  await expect(page.getByRole("log").getByText("hello")).toHaveCount(2);
  await expect(page.getByText("2 succeeded")).toBeVisible();
  const panes = page.locator(".pane");
  const beside = await panes.evaluateAll(
    (nodes) => new Set(nodes.map((node) => node.getBoundingClientRect().top)).size,
  );
  expect(beside).toBe(1);
  await page.getByRole("button", { name: "Stacked" }).click();
  await expect
    .poll(() =>
      panes.evaluateAll((nodes) => new Set(nodes.map((node) => node.getBoundingClientRect().top)).size),
    )
    .toBe(2);
  await page.getByRole("button", { name: "Close the output of edge-1" }).click();
  await expect(panes).toHaveCount(1);

  await page.getByRole("link", { name: "Targets" }).first().click();
  await page.getByLabel("Search").fill("role=edge");
  await page.getByRole("table").getByRole("link", { name: "edge-1" }).click();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("edge-one");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "edge-one", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: "Delete edge-one?" })).toBeVisible();
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByRole("heading", { name: "edge-one", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the target" }).click();
  await expect(page).toHaveURL(/\/targets$/);
  await expect(page.getByRole("link", { name: "edge-one" })).toHaveCount(0);
});

test("a mistake in the form is shown at its field", async ({ page }) => {
  await page.goto("/targets?add=1");
  const dialog = page.getByRole("dialog", { name: "Add a target" });
  await dialog.getByLabel("Name").fill("broken");
  await dialog.getByLabel("Host").fill("127.0.0.1");
  await dialog.getByLabel("User").fill("root");
  await dialog.getByLabel("Private key", { exact: true }).fill("this is no key");
  await dialog.getByRole("button", { name: "Add the target" }).click();
  const field = dialog.getByLabel("Private key", { exact: true });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByRole("alert")).toBeVisible();
});
