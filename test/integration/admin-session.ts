import administrator from '../app/administrator.json';

export { administrator };

/** A Strapi's admin API over HTTP, as the panel uses it. */
export interface AdminSession {
  readonly token: string;
  /** @returns the body of the answer, parsed @throws when the answer is no success, with what Strapi said */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Logs the test administrator in; on a new database, registers it first. */
export async function openAdminSession(url: string): Promise<AdminSession> {
  const token = await logIn(url);
  return { token, call: (method, path, body) => callStrapi(url, method, path, { token, body }) };
}

async function logIn(url: string): Promise<string> {
  const { hasAdmin } = (await callStrapi<{ data: { hasAdmin: boolean } }>(url, 'GET', '/admin/init')).data;
  if (!hasAdmin) await callStrapi(url, 'POST', '/admin/register-admin', { body: administrator });
  const { email, password } = administrator;
  const { data } = await callStrapi<{ data: { token: string } }>(url, 'POST', '/admin/login', {
    body: { email, password },
  });
  return data.token;
}

/** @throws when the answer is no success, with what Strapi said */
export async function callStrapi<T>(
  url: string,
  method: string,
  path: string,
  { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} → ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
