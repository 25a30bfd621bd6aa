/** Column of controls: data, network A, training, and the differences of the other networks. */
import type { ComponentChildren } from 'preact';
import {
  type Difference,
  letters,
  mostNetworks,
  type NetworkField,
  networkFieldNames,
  networkFields,
  type State,
  sharedFields,
} from '../../engine/state.js';
import { table } from '../own-table.js';
import { options, setDifference, state, update, updateNetwork } from '../store.js';
import { isOutside } from '../worker-link.js';
import { Choice, FieldControl, type FieldName } from './field-control.js';
import { StartControl } from './start-control.js';
import { TableDrop } from './table-drop.js';

export function Controls() {
  const { networks, penalty, data } = state.value;
  const choices = sharedFields.data.names.filter(
    (name) => name !== 'table' || data === 'table' || table.value,
  );
  return (
    <>
      <Group title="Data">
        <Common name="data" choices={choices} />
        {!isOutside(data) && <Common name="noise" />}
        <TableDrop />
      </Group>
      <Group title="Network">
        <Common name="depth" />
        <Common name="width" />
        <Common name="activation" />
        <StartControl n={0} />
      </Group>
      <Group title={networks.length > 1 ? 'Differences from A' : 'Compare'}>
        {networks.slice(1).map((_, i) => (
          <Differs key={letters[i + 1]} n={i + 1} />
        ))}
        {networks.length < mostNetworks && (
          <button
            type="button"
            class="quiet"
            onClick={() => update({ networks: [...networks, another('init')] })}
          >
            Add network {letters[networks.length]}
          </button>
        )}
      </Group>
      <Group title="Training">
        <Common name="optimizer" />
        <Common name="rate" />
        <Common name="batch" />
        <Common name="seed" />
      </Group>
      <details class="group">
        <summary>More options</summary>
        <Common name="biasStd" />
        <Common name="batchNorm" />
        <Common name="dropout" />
        <Common name="penalty" />
        {penalty !== 'none' && <Common name="strength" />}
        {data !== 'digits' && <Common name="train" />}
        <Common name="scaling" />
      </details>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="group" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Control of a field of network A, which applies to all networks that do not differ in it. */
function Common({ name, choices }: { readonly name: FieldName; readonly choices?: readonly string[] }) {
  return (
    <FieldControl
      name={name}
      value={state.value[name]}
      onChange={(value) => update({ [name]: value } as Partial<State>)}
      {...(choices && { choices })}
    />
  );
}

const differing = networkFieldNames.filter((name) => name !== 'size');

/** Controls of the difference of a network: the option and its value. */
function Differs({ n }: { readonly n: number }) {
  const difference = state.value.networks[n]!;
  const field = (Object.keys(difference).find((name) => name !== 'size') ?? 'init') as NetworkField;
  const letter = letters[n]!;
  const remove = () => update({ networks: state.value.networks.filter((_, m) => m !== n) });
  return (
    <div class={`differs network-${letter}`}>
      <div class="differs-head">
        <Choice
          label={`${letter} differs in`}
          value={field}
          names={differing}
          labels={(name) => networkFields[name as NetworkField].label}
          onChange={(name) => setDifference(n, another(name as NetworkField))}
        />
        <button type="button" class="quiet icon" aria-label={`Remove network ${letter}`} onClick={remove}>
          ×
        </button>
      </div>
      {field === 'init' ? (
        <StartControl n={n} hasLetter />
      ) : (
        <FieldControl
          name={field}
          label={`${letter}: ${networkFields[field].label}`}
          value={options.value[n]![field]}
          onChange={(value) => updateNetwork(n, { [field]: value })}
        />
      )}
    </div>
  );
}

/** Returns a difference in an option, with a value that A does not have. */
function another(name: NetworkField): Difference {
  const present = options.value[0]![name];
  if (name === 'init') return { init: present === 'glorotNormal' ? 'heNormal' : 'glorotNormal' };
  const field = networkFields[name];
  if ('names' in field) return { [name]: field.names.find((choice) => choice !== present)! };
  const { low, high } = field.limits;
  const value = Number(present);
  const other = value === 0 ? 0.1 : value * 2 <= high ? value * 2 : value / 2;
  return { [name]: Math.max(low, 'whole' in field.limits ? Math.round(other) : other) };
}
