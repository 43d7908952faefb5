import { oneLine } from '../name-rule';

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
  if (name !== '') return cut(name, MAX_LENGTH);
  const user = cut(clean(username), MAX_LENGTH - 20) || 'Administrator';
  return id === undefined ? user : `${user} (${id})`;
}

/** One line, and empty where it looks like an address. */
function clean(text: string | null | undefined): string {
  const line = oneLine(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.includes('@') ? '' : line;
}

/** By characters: half of one is none. */
const cut = (text: string, maxLength: number): string => [...text].slice(0, maxLength).join('').trim();
