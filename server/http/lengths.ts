/*
 * Options for `min` and `max` of a text or a list. Without them Zod measures whatever has a `length`, and throws where
 * that is no number: `{"tags":{"length":{"valueOf":1,"toString":1}}}` would be answered with 500.
 */

interface Checked {
  value: unknown;
}

export const ofText = (error: string) => ({ error, when: ({ value }: Checked) => typeof value === 'string' });
export const ofList = (error: string) => ({ error, when: ({ value }: Checked) => Array.isArray(value) });
