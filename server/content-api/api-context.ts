import type { Core } from '@strapi/strapi';
import type { FieldError } from '../http/field-errors';

/** What programs read of an error. */
interface Details {
  errors: FieldError[];
}

/** Strapi's answers by name, which its types leave open. */
interface StrapiAnswers {
  badRequest(message: string, details: Details): void;
  forbidden(message: string, details: Details): void;
  notFound(message: string, details: Details): void;
  payloadTooLarge(message: string, details: Details): void;
  unsupportedMediaType(message: string, details: Details): void;
  tooManyRequests(message: string, details: Details): void;
  serviceUnavailable(message: string, details: Details): void;
  params: Record<string, string>;
}

export type ApiContext = Parameters<Core.ControllerHandler>[0] & StrapiAnswers;
