/** The first run: the one-time link, the first administrator, then the other users. Leaves everyone's session behind. */
import { expect, type Name, PASSWORD, required, signIn, stateOf, test } from "./people";

test("the first run makes the administrator, who adds the others", async ({ page, browser }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Set up Oriel" })).toBeVisible();
  await expect(page.getByText("Open the link that Oriel printed")).toBeVisible();

  await page.goto("/setup?token=wrong");
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toBeVisible();

  await page.goto(required("ORIEL_SETUP"));
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page).toHaveURL(/\/incidents$/);
  await expect(page.getByText("No incident yet")).toBeVisible();

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/users");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fusers$/);
  await signIn(page, "ada", "not the right password");
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toBeVisible();
  await signIn(page, "ada");
  await expect(page).toHaveURL(/\/users$/);

  for (const [name, role] of [
    ["olga", "operator"],
    ["victor", "viewer"],
  ] as const) {
    await page.getByRole("button", { name: "Add a user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("User name").fill(name);
    await dialog.getByLabel("Role").selectOption(role);
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Add the user" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();
  }

  for (const name of ["ada", "olga", "victor"] satisfies Name[]) {
    const context = await browser.newContext({ baseURL: required("ORIEL_URL") });
    const own = await context.newPage();
    await own.goto("/sign-in");
    await signIn(own, name);
    await expect(own).toHaveURL(/\/incidents$/);
    await context.storageState({ path: stateOf(name) });
    await context.close();
  }
});

test("the setup link works once", async ({ page }) => {
  await page.goto(required("ORIEL_SETUP"));
  await expect(page.getByRole("heading", { name: "Oriel is set up" })).toBeVisible();
});
