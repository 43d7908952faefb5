/** The column is 191 wide, so that it can be unique on MariaDB. */
export const MAX_TRIGGER_NAME_LENGTH = 191;
