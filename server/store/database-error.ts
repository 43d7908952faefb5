/**
 * What may be said of an error of ours, and what may not. Knex puts the statement in front of the driver's message, on
 * SQLite and MariaDB with its values filled in: device tokens, hashes of secrets, encrypted keys. A server's own words
 * quote values too ("Duplicate entry '…' for key"). So an error is logged, stored and shown by its code.
 */

/** What people can do something about, by the code of each database. */
const MEANINGS: Readonly<Record<string, string>> = {
  ...meaning('a unique key is taken', '23505', 'ER_DUP_ENTRY'),
  ...meaning('a table is missing', '42P01', 'ER_NO_SUCH_TABLE'),
  ...meaning('a column is missing', '42703', 'ER_BAD_FIELD_ERROR'),
  ...meaning('deadlock', '40P01', 'ER_LOCK_DEADLOCK'),
  ...meaning('waited too long for a lock', '55P03', 'ER_LOCK_WAIT_TIMEOUT'),
  ...meaning('the transaction was idle for too long', '25P03'),
  ...meaning(
    'the database user may not do this',
    '42501',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_COLUMNACCESS_DENIED_ERROR',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  ),
  ...meaning('the database refuses this user or password', '28P01', '28000', 'ER_ACCESS_DENIED_ERROR'),
  ...meaning('there is no such database', '3D000', 'ER_BAD_DB_ERROR'),
  ...meaning('the disk is full', '53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'),
  ...meaning('the database takes no more connections', '53300', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS'),
  ...meaning('the database takes no writes', '25006', 'ER_OPTION_PREVENTS_STATEMENT', 'ER_READ_ONLY_MODE'),
  ...meaning('the database is starting or shutting down', '57P01', '57P02', '57P03', 'ER_SERVER_SHUTDOWN'),
  ...meaning('the statement took too long', '57014', 'ER_QUERY_TIMEOUT', 'ER_STATEMENT_TIMEOUT'),
};

function meaning(text: string, ...codes: string[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, text]));
}

/** What drivers put on their errors; `severity`, `column` and `constraint` are PostgreSQL's, `errno` and `sqlState` MariaDB's. */
interface ErrorFields {
  name?: unknown;
  message?: unknown;
  stack?: unknown;
  code?: unknown;
  errno?: unknown;
  severity?: unknown;
  sqlState?: unknown;
  column?: unknown;
  constraint?: unknown;
}

/** How each statement begins, and what stands between it and the driver's message (Knex's `query-executioner`). */
const STATEMENT =
  /^\s*(select|insert|update|delete|with|replace|begin|commit|rollback|savepoint|release|set|create|alter|drop|truncate|lock|pragma|show|explain|kill)[\s;]/i;
const OUR_TABLE = /\bbackground_push_\w+/;
const AFTER_STATEMENT = ' - ';
const PLACES = ['column', 'constraint'] as const;

/**
 * Says what went wrong in a log line, an alarm or a stored row: no statement, no value of it.
 *
 * @param error whatever was thrown; errors of the plugin's own keep their message
 */
export function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `no error but ${typeof error} was thrown`;
  const fields: ErrorFields = error;
  if (saidByServer(fields)) return describeServerError(fields);
  // SQLite and the drivers themselves never quote a value: the statement in front of their message is all there is to hide.
  const message = textOf(fields.message);
  const code = textOf(fields.code);
  const said = message.slice(endOfStatement(message)) || code || textOf(fields.name);
  return `${code.startsWith('SQLITE_') ? `${code}: ` : ''}${said}${statementOf(message)}`;
}

/**
 * The error that may reach whoever logs it whole, as Strapi does with what a controller throws.
 *
 * @returns the same error where it has nothing to hide; otherwise one with its description, its code and its way
 */
export function withoutValues(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { message, code, stack }: ErrorFields = error;
  const description = describeError(error);
  if (description === message) return error;
  const safe = Object.assign(new Error(description), { name: 'DatabaseError', code });
  safe.stack = [`DatabaseError: ${description}`, ...callsOf(textOf(stack))].join('\n');
  return safe;
}

/** MariaDB's and PostgreSQL's servers; what their drivers say of the connection has neither. */
function saidByServer({ severity, sqlState }: ErrorFields): boolean {
  return severity !== undefined || sqlState !== undefined;
}

function describeServerError(fields: ErrorFields): string {
  const code = textOf(fields.code) || String(fields.errno);
  const places = PLACES.map((place) => [place, textOf(fields[place])]).filter(([, name]) => name !== '');
  const details = [MEANINGS[code] ?? 'the database refused a statement', ...places.map((place) => place.join(' '))];
  return `${code}: ${details.join(', ')}${statementOf(textOf(fields.message))}`;
}

/** Of a statement, what it does to which of our tables. */
function statementOf(message: string): string {
  const verb = STATEMENT.exec(message)?.[1];
  if (verb === undefined) return '';
  return ` (${[verb.toLowerCase(), OUR_TABLE.exec(message)?.[0] ?? ''].join(' ').trim()})`;
}

function endOfStatement(message: string): number {
  const at = STATEMENT.test(message) ? message.lastIndexOf(AFTER_STATEMENT) : -1;
  return at < 0 ? 0 : at + AFTER_STATEMENT.length;
}

/** The calls at the end of a stack: above them stands the message as the driver made it. */
function callsOf(stack: string): string[] {
  const lines = stack.split('\n');
  return lines.slice(lines.findLastIndex((line) => !/^\s+at /.test(line)) + 1);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
