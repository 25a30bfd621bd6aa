/**
 * The numbers that define a draw. They are shared by the WebAssembly kernels and the JavaScript
 * backend, because the same seed must give the same bits in both; how they are used stands in
 * random.ts. Untyped literals, so that AssemblyScript and TypeScript both read this file.
 * Polynomials are minimax fits rounded to f32; each line gives its largest error.
 */

// Philox4x32-10: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", table 2.
export const PHILOX_MULTIPLIER_0 = 0xd2511f53;
export const PHILOX_MULTIPLIER_1 = 0xcd9e8d57;
export const PHILOX_WEYL_0 = 0x9e3779b9;
export const PHILOX_WEYL_1 = 0xbb67ae85;
export const PHILOX_ROUNDS = 10;

// ln m for m in [√½, √2): s = (m − 1)/(m + 1), ln m = 2 atanh s = s(2 + R), R = s²(L1 + L2 s² + L3 s⁴); 6e-9.
export const LOG_1 = 0.66666686534881591796875;
export const LOG_2 = 0.3998856246471405029296875;
export const LOG_3 = 0.295861423015594482421875;
// ln 2 in two parts; e · HIGH is exact for every exponent e.
export const LN2_HIGH = 0.693145751953125;
export const LN2_LOW = 1.4286068202862268e-6;
/** Bits of the f32 √½: subtracting them splits a float into exponent and m in [√½, √2). */
export const SQRT_HALF_BITS = 0x3f3504f3;

// sin πt = t (S0 + S1 t² + …), |t| ≤ ½; 3e-8 relative.
export const SIN_0 = 3.1415927410125732421875;
export const SIN_1 = -5.1677150726318359375;
export const SIN_2 = 2.5501449108123779296875;
export const SIN_3 = -0.59863293170928955078125;
export const SIN_4 = 7.82409608364105224609375e-2;
// cos πt = 1 + t² (C0 + C1 t² + …), |t| ≤ ½; 3e-9 absolute.
export const COS_0 = -4.93480205535888671875;
export const COS_1 = 4.058703899383544921875;
export const COS_2 = -1.33513200283050537109375;
export const COS_3 = 0.2344994246959686279296875;
export const COS_4 = -2.360597439110279083251953125e-2;

// Φ⁻¹(½ + p) = p · N(q)/D(q), q = CENTRE − p², |p| ≤ Φ(2) − ½; 7e-8 relative. In p² itself N and D cancel.
/** (Φ(2) − ½) / 2³¹: a word read as a signed integer, times this, is p. */
export const TRUNCATED_STEP = 2.2223678792445957e-10;
export const TRUNCATED_CENTRE = 0.2278;
export const TRUNCATED_N0 = 4.1917017485071635;
export const TRUNCATED_N1 = 223.34481903592707;
export const TRUNCATED_N2 = 3012.1562516877321;
export const TRUNCATED_N3 = 9628.826030048614;
export const TRUNCATED_N4 = 3415.9930748943467;
export const TRUNCATED_D1 = 60.798291596316165;
export const TRUNCATED_D2 = 1011.6567018114655;
export const TRUNCATED_D3 = 4681.2711509566285;
export const TRUNCATED_D4 = 3981.3697522880419;
