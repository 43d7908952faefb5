/** The databases, as Strapi calls their dialects; MariaDB is `mysql` too. */
export type Client = 'sqlite' | 'postgres' | 'mysql';
