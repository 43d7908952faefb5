import type { z } from '@strapi/utils';
import { parseConfig, type BackgroundPushConfig } from '../../../server/config';
import { DEFAULTS } from '../../../server/config/defaults';
import type { CONFIG_SCHEMA } from '../../../server/config/schema';
import { createP8 } from './keys';

/** Every setting there, none undefined, lists read-only: what two types of one configuration have in common. */
type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]-?: Whole<Exclude<T[Name], undefined>> }
    : T;
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

describe('BackgroundPushConfig', () => {
  it('has the settings of the schema and no other', () => {
    // What this test is about is whether it compiles.
    const same: Same<Whole<BackgroundPushConfig>, Whole<z.input<typeof CONFIG_SCHEMA>>> = true;
    expect(same).toBe(true);
  });

  it('takes every default, and what has none', () => {
    const credential = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', key: createP8() };
    const written: BackgroundPushConfig = {
      ...DEFAULTS,
      apps: [{ bundleId: 'com.example.news', production: credential, sandbox: null }],
      triggers: [{ name: 'articles', contentType: 'api::article.article', apps: ['com.example.news'] }],
    };
    expect(() => parseConfig(written)).not.toThrow();
  });

  it('takes groups of which only some settings are given', () => {
    const written: BackgroundPushConfig = { coalesce: { pushesPerHour: { production: 2 } }, apns: { ca: null } };
    expect(() => parseConfig(written)).not.toThrow();
  });

  it('refuses a misspelt setting and a value that is none', () => {
    // @ts-expect-error: quietMS is not a setting
    const misspelt: BackgroundPushConfig = { coalesce: { quietMS: 5_000 } };
    const triggers = [{ name: 'articles', contentType: 'api::article.article', apps: [], wakeOn: ['publsh'] }] as const;
    // @ts-expect-error: publsh is no action
    const unknown: BackgroundPushConfig = { triggers };
    for (const wrong of [misspelt, unknown]) expect(() => parseConfig(wrong)).toThrow();
  });
});
