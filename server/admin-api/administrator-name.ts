/** What of Strapi's administrator tells people who it is. */
export interface Administrator {
  id?: number | string;
  firstname?: string | null;
  lastname?: string | null;
  username?: string | null;
}

const MAX_LENGTH = 100;

/**
 * The name that is kept with what an administrator does: first and last name, or the user name with the id. Never an
 * e-mail address, which some use as a user name.
 */
export function administratorName({ id, firstname, lastname, username }: Administrator = {}): string {
  const name = [firstname, lastname].map(clean).filter(Boolean).join(' ');
  if (name !== '') return name.slice(0, MAX_LENGTH).trim();
  const user = clean(username).slice(0, MAX_LENGTH - 20) || 'Administrator';
  return id === undefined ? user : `${user} (${id})`;
}

/** One line, and empty where it looks like an address. */
function clean(text: string | null | undefined): string {
  const line = (text ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.includes('@') ? '' : line;
}
