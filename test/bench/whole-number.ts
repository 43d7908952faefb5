/** @throws Error naming the option whose text is no whole number from `least` on */
export function wholeNumber(option: string, text: string, least = 1): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`${option} (${text}) must be a whole number from ${least} on.`);
}
