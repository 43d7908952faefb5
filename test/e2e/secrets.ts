import { createPrivateKey } from 'node:crypto';
import type { Answer } from './witness';

/** A key in every shape in which it might slip out: the lines of its file, and the private number in it. */
export function shapesOf(pem: string): string[] {
  const lines = pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const number = Buffer.from(d, 'base64url');
  return [...lines, lines.join(''), d, number.toString('base64').replace(/=+$/, ''), number.toString('hex')];
}

/** @returns which answers hold the key, in any shape; empty: none */
export function answersWith(pem: string, answers: readonly Answer[]): string[] {
  const shapes = shapesOf(pem);
  return answers.filter(({ body }) => shapes.some((shape) => body.includes(shape))).map(({ of }) => of);
}
