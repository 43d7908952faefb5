import type { Page } from 'playwright-core';

/** Fills in the panel's login form and waits for the panel. */
export async function logIn(
  page: Page,
  url: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.goto(`${url}/admin/auth/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: false }).first().fill(password);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.waitForURL((to) => !to.pathname.includes('/auth/'));
}

/** Ends the session as a browser that is emptied does. */
export async function logOut(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
}
