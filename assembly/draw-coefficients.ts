/**
 * Constants that define a draw. The WebAssembly kernels and the JavaScript backend share them, because one seed must give the
 * same bits in both. random.ts uses them. They are untyped literals, so that AssemblyScript and TypeScript can both read this
 * file. Polynomials are minimax fits rounded to f32, in the fewest digits that give the same f32. Each line states its largest error.
 */

// Philox4x32-10: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", table 2.
export const PHILOX_MULTIPLIER_0 = 0xd2511f53;
export const PHILOX_MULTIPLIER_1 = 0xcd9e8d57;
export const PHILOX_WEYL_0 = 0x9e3779b9;
export const PHILOX_WEYL_1 = 0xbb67ae85;
export const PHILOX_ROUNDS = 10;

// ln m for m in [√½, √2): s = (m − 1)/(m + 1), ln m = 2 atanh s = s(2 + R), R = s²(L1 + L2 s² + L3 s⁴); 6e-9.
export const LOG_1 = 0.66666687;
export const LOG_2 = 0.39988562;
export const LOG_3 = 0.29586142;
// ln 2 in two parts; e · HIGH is exact for every exponent e.
export const LN2_HIGH = 0.69314575;
export const LN2_LOW = 0.0000014286068;
/** Bits of the f32 √½: subtracting them splits a float into exponent and m in [√½, √2). */
export const SQRT_HALF_BITS = 0x3f3504f3;

// sin πt = t (S0 + S1 t² + …), |t| ≤ ½; 3e-8 relative.
export const SIN_0 = 3.1415927;
export const SIN_1 = -5.167715;
export const SIN_2 = 2.550145;
export const SIN_3 = -0.59863293;
export const SIN_4 = 0.07824096;
// cos πt = 1 + t² (C0 + C1 t² + …), |t| ≤ ½; 3e-9 absolute.
export const COS_0 = -4.934802;
export const COS_1 = 4.058704;
export const COS_2 = -1.335132;
export const COS_3 = 0.23449942;
export const COS_4 = -0.023605974;

// Φ⁻¹(½ + p) = p · N(q)/D(q) with q = CENTRE − p², |p| ≤ Φ(2) − ½; 7e-8 relative. As polynomials in p², N and D would cancel.
/** (Φ(2) − ½) / 2³¹; its product with a word read as a signed integer is p. */
export const TRUNCATED_STEP = 2.2223678e-10;
export const TRUNCATED_CENTRE = 0.2278;
export const TRUNCATED_N0 = 4.191702;
export const TRUNCATED_N1 = 223.34482;
export const TRUNCATED_N2 = 3012.1563;
export const TRUNCATED_N3 = 9628.826;
export const TRUNCATED_N4 = 3415.9932;
export const TRUNCATED_D1 = 60.79829;
export const TRUNCATED_D2 = 1011.6567;
export const TRUNCATED_D3 = 4681.271;
export const TRUNCATED_D4 = 3981.3699;

// Φ⁻¹ in f64 by algorithm AS 241, PPND16 (Wichura 1988); 1e-16 relative. In the middle, |c − ½| ≤ 0.425, it is A/B of
// 0.180625 − (c − ½)². In the tails, with r = √(−ln c), it is C/D of r − 1.6 up to r = 5, and E/F of r − 5 beyond.
export const QUANTILE_A0 = 3.3871328727963665;
export const QUANTILE_A1 = 133.14166789178438;
export const QUANTILE_A2 = 1971.5909503065513;
export const QUANTILE_A3 = 13731.69376550946;
export const QUANTILE_A4 = 45921.95393154987;
export const QUANTILE_A5 = 67265.7709270087;
export const QUANTILE_A6 = 33430.57558358813;
export const QUANTILE_A7 = 2509.0809287301227;
export const QUANTILE_B1 = 42.31333070160091;
export const QUANTILE_B2 = 687.1870074920579;
export const QUANTILE_B3 = 5394.196021424751;
export const QUANTILE_B4 = 21213.794301586597;
export const QUANTILE_B5 = 39307.89580009271;
export const QUANTILE_B6 = 28729.085735721943;
export const QUANTILE_B7 = 5226.495278852854;
export const QUANTILE_C0 = 1.4234371107496835;
export const QUANTILE_C1 = 4.630337846156546;
export const QUANTILE_C2 = 5.769497221460691;
export const QUANTILE_C3 = 3.6478483247632045;
export const QUANTILE_C4 = 1.2704582524523684;
export const QUANTILE_C5 = 0.2417807251774506;
export const QUANTILE_C6 = 0.022723844989269184;
export const QUANTILE_C7 = 0.0007745450142783414;
export const QUANTILE_D1 = 2.053191626637759;
export const QUANTILE_D2 = 1.6763848301838038;
export const QUANTILE_D3 = 0.6897673349851;
export const QUANTILE_D4 = 0.14810397642748008;
export const QUANTILE_D5 = 0.015198666563616457;
export const QUANTILE_D6 = 0.0005475938084995345;
export const QUANTILE_D7 = 1.0507500716444169e-09;
export const QUANTILE_E0 = 6.657904643501103;
export const QUANTILE_E1 = 5.463784911164114;
export const QUANTILE_E2 = 1.7848265399172913;
export const QUANTILE_E3 = 0.29656057182850487;
export const QUANTILE_E4 = 0.026532189526576124;
export const QUANTILE_E5 = 0.0012426609473880784;
export const QUANTILE_E6 = 2.7115555687434876e-05;
export const QUANTILE_E7 = 2.0103343992922881e-07;
export const QUANTILE_F1 = 0.599832206555888;
export const QUANTILE_F2 = 0.1369298809227358;
export const QUANTILE_F3 = 0.014875361290850615;
export const QUANTILE_F4 = 0.0007868691311456133;
export const QUANTILE_F5 = 1.8463183175100548e-05;
export const QUANTILE_F6 = 1.421511758316446e-07;
export const QUANTILE_F7 = 2.0442631033899397e-15;

// ln in f64 after FreeBSD's e_log.c: the formula of LOG_1 with seven terms; below 1 ULP.
export const LOG64_1 = 0.6666666666666735;
export const LOG64_2 = 0.3999999999940942;
export const LOG64_3 = 0.2857142874366239;
export const LOG64_4 = 0.22222198432149784;
export const LOG64_5 = 0.1818357216161805;
export const LOG64_6 = 0.15313837699209373;
export const LOG64_7 = 0.14798198605116586;
export const LN2_HIGH_64 = 6.93147180369123816490e-1;
export const LN2_LOW_64 = 1.90821492927058770002e-10;
