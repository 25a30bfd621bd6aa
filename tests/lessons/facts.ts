/**
 * Decimal numbers in the texts of the lessons. `computed` holds each number as printed, with its value from a closed formula or an
 * independent computation. `given` lists inputs that the lesson chooses, and figures that it quotes from a slide.
 */
export interface Facts {
  readonly given?: readonly string[];
  readonly computed?: Readonly<Record<string, number>>;
}

export const facts: Readonly<Record<number, Facts>> = {
  1: { given: ['0.5'], computed: { '0.25': 2 * 0.5 + -1 * 1 + 0.25 } },
  7: { given: ['9.059'], computed: { '0.125': Math.sqrt(1 / 64) } },
};
