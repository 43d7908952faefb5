/** What a code is told with, so that the panel can make a sentence of it in the administrator's language. */
export type Params = Record<string, string | number>;

/** The parameters of one code by name; with `?`: not always there. */
export type ParamTypes = Readonly<Record<string, 'text' | 'number' | 'text?' | 'number?'>>;

type Value<T> = T extends `number${string}` ? number : string;
type Always<T extends ParamTypes> = { [K in keyof T as T[K] extends `${string}?` ? never : K]: Value<T[K]> };
type Sometimes<T extends ParamTypes> = { [K in keyof T as T[K] extends `${string}?` ? K : never]?: Value<T[K]> };

/** The parameters that go with a code of such a table. */
export type ParamsOf<T extends ParamTypes> = Always<T> & Sometimes<T>;
