/** Name of the file of digits. */
export const digitsFile: string;
/** Returns the bytes of the file of digits. */
export function digits(): Uint8Array;
