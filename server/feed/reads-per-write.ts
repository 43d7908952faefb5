/** A feed is read more often than a device registers: the limits of an address and of everyone are so many times as high. */
export const READS_PER_WRITE = 10;
