/** Networks that X6 trains, in the groups of the lectures. */
import { computed } from '../../computed.js';
import { type RecipeName, recipes } from '../recipes.js';

interface NetworkGroup {
  readonly title: string;
  /** Number of epochs that the group shows, if its networks may train longer for another group. */
  readonly epochs?: number;
  /** Adds a chart of the first gradients of all layers. */
  readonly deep?: true;
  readonly networks: Readonly<Partial<Record<RecipeName, string>>>;
}

export const networkGroups = {
  scaling: {
    title: 'Input scaling: 256 units of ReLU and of sigmoid',
    epochs: 10,
    networks: {
      raw: 'ReLU, [0, 255]',
      unit: 'ReLU, [0, 1]',
      sgd: 'ReLU, [−1, 1]',
      zScore: 'ReLU, z-score',
      'sigmoid-raw': 'sigmoid, [0, 255]',
      'sigmoid-unit': 'sigmoid, [0, 1]',
      sigmoid: 'sigmoid, [−1, 1]',
      'sigmoid-zScore': 'sigmoid, z-score',
    },
  },
  units: {
    title: 'Units of the hidden layer',
    networks: { units64: '64 units', sgd: '256 units', units1024: '1024 units' },
  },
  depth: {
    title: 'Hidden layers of 256 ReLU units',
    networks: { sgd: '1 layer', layers2: '2 layers', layers3: '3 layers', layers4: '4 layers' },
  },
  sigmoid: {
    title: "Sigmoid layers of 128 from PyTorch's start",
    deep: true,
    networks: {
      'sigmoid1-raw': '1 layer, [0, 255]',
      'sigmoid2-raw': '2 layers, [0, 255]',
      'sigmoid5-raw': '5 layers, [0, 255]',
      'sigmoid7-raw': '7 layers, [0, 255]',
      sigmoid2: '2 layers, [−1, 1]',
      sigmoid5: '5 layers, [−1, 1]',
      sigmoid7: '7 layers, [−1, 1]',
    },
  },
  cures: {
    title: 'Seven layers of 128 and four cures',
    deep: true,
    networks: {
      sigmoid7: "sigmoid, PyTorch's start",
      'sigmoid7-16n': 'sigmoid, variance 16 / fanIn',
      'sigmoid7-batchNorm': 'sigmoid, Glorot, batch norm, Adam',
      tanh7: 'tanh, Glorot',
      relu7: 'ReLU, He',
    },
  },
  zeros: { title: 'Weights that start at zero', networks: { zeros: 'zeros' } },
  recommended: {
    title: 'The recommended pipeline: ReLU, batch norm, Adam',
    networks: {
      recommended: 'He normal',
      'recommended-glorot': 'Glorot uniform',
      recommended4: 'He normal, 4 layers',
    },
  },
} as const satisfies Record<string, NetworkGroup>;

/** Name of a group of networks that X6 trains. */
export type NetworkGroupName = keyof typeof networkGroups;
/** Name of a group of X6's networks, or 'grid' for the grid search. */
export type X6Group = NetworkGroupName | 'grid';
/** Names of all groups of X6. */
export const x6Groups: readonly X6Group[] = /* @__PURE__ */ computed(() => [
  ...(Object.keys(networkGroups) as NetworkGroupName[]),
  'grid' as const,
]);

/** Group whose networks are all or partly chosen. */
export interface ChosenGroup {
  readonly title: string;
  readonly deep: boolean;
  readonly networks: readonly ChosenNetwork[];
}

export interface ChosenNetwork {
  readonly name: RecipeName;
  readonly label: string;
  /** Number of epochs that the group shows. */
  readonly epochs: number;
}

/**
 * Returns the chosen groups, and of each other group the chosen networks.
 *
 * @param only    names of groups or recipes; a name that is both is a group; an empty list chooses all
 * @param epochs  largest number of epochs per network
 * @throws TypeError  if a name is neither a group nor a recipe
 */
export function chosen(
  only: readonly string[],
  epochs: number,
): { readonly groups: readonly ChosenGroup[]; readonly grid: boolean } {
  const isGroup = (name: string) => (x6Groups as readonly string[]).includes(name);
  for (const name of only) {
    if (isGroup(name) || Object.hasOwn(recipes, name)) continue;
    throw new TypeError(
      `only: unknown name '${name}'; known: ${[...x6Groups, ...Object.keys(recipes)].join(', ')}`,
    );
  }
  const names = only.filter((name) => !isGroup(name));
  const groups = Object.entries<NetworkGroup>(networkGroups).map(([name, group]) => {
    const whole = only.length === 0 || only.includes(name);
    const networks = (Object.entries(group.networks) as [RecipeName, string][])
      .filter(([recipe]) => whole || names.includes(recipe))
      .map(([recipe, label]) => ({
        name: recipe,
        label,
        epochs: Math.min(epochs, group.epochs ?? epochs, recipes[recipe].epochs),
      }));
    return { title: group.title, deep: group.deep ?? false, networks };
  });
  return {
    groups: groups.filter(({ networks }) => networks.length > 0),
    grid: only.length === 0 || only.includes('grid'),
  };
}
