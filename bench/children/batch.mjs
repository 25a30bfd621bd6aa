/** Makes 128 images of noise with labels, which a program has before it needs the library. */
export const x = Float32Array.from({ length: 128 * 784 }, (_, i) => ((i * 37) % 256) / 255);
export const y = Uint8Array.from({ length: 128 }, (_, i) => i % 10);
