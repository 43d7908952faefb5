import type { Core } from '@strapi/strapi';
import type { ErrorDetails } from './answers';

/** Strapi's answers by name, which its types leave open. */
interface StrapiAnswers {
  badRequest(message: string, details: ErrorDetails): void;
  forbidden(message: string, details: ErrorDetails): void;
  notFound(message: string, details: ErrorDetails): void;
  payloadTooLarge(message: string, details: ErrorDetails): void;
  unsupportedMediaType(message: string, details: ErrorDetails): void;
  tooManyRequests(message: string, details: ErrorDetails): void;
  serviceUnavailable(message: string, details: ErrorDetails): void;
  params: Record<string, string>;
}

export type ApiContext = Parameters<Core.ControllerHandler>[0] & StrapiAnswers;
