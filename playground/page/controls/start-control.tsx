/** Controls of a network's start: its initializer, and a slider of its size that works for every initializer. */
import { type InitName, letters, takesSize } from '../../engine/state.js';
import { options, updateNetwork } from '../store.js';
import { FieldControl } from './field-control.js';

/** Gain g of N(0, g² / inputs) that equals a named initializer in a square layer; 1 for others. A drag of the slider starts there. */
const gains: Partial<Record<InitName, number>> = {
  heNormal: Math.SQRT2,
  heUniform: Math.SQRT2,
  tfjsHeNormal: 1.244,
  torchLinear: 1 / Math.sqrt(3),
  zeros: 0.01,
};

export function StartControl({ n, hasLetter = false }: { readonly n: number; readonly hasLetter?: boolean }) {
  const { init, size } = options.value[n]!;
  const isSized = takesSize(init);
  const letter = hasLetter ? `${letters[n]}: ` : '';
  const what = init === 'normal' ? 'σ' : init === 'constant' ? 'value' : 'gain';
  return (
    <>
      <FieldControl
        name="init"
        label={`${letter}start`}
        value={init}
        onChange={(value) => updateNetwork(n, { init: value as InitName, size: 1 })}
      />
      <FieldControl
        name="size"
        label={`${letter}${what} of the weights`}
        value={isSized ? size : (gains[init] ?? 1)}
        onChange={(value) => updateNetwork(n, { init: isSized ? init : 'gain', size: Number(value) })}
      />
    </>
  );
}
