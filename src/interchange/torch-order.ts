/** Order of the modules of a PyTorch state dict, which has no order of its own: by a list, or by numbers and shapes if they are certain. */
import { elements } from '../arrays.js';
import { isArray, show } from '../errors.js';
import { type Companion, type Linear, type Modules, shapeOf, shown } from './torch-modules.js';

/** Layer of a state dict: its Linear, and the batch norm and slopes that belong to it. */
export interface TorchParts {
  readonly linear: Linear;
  readonly norm: Companion | undefined;
  readonly slopes: Companion | undefined;
  /** Position of the batch norm relative to the activation, if the numbers of an nn.Sequential show it. */
  readonly position: 'before' | 'after' | undefined;
}

/** Most steps of the search for an order. Beyond it, the order counts as uncertain. */
const MOST_STEPS = 100_000;

/**
 * Puts modules in the order of the computation.
 *
 * @param order  names in that order; undefined to use numbers and shapes
 * @throws RangeError or TypeError that names the modules whose order is uncertain
 */
export function ordered(from: string, { linear, companions }: Modules, order: unknown): TorchParts[] {
  if (linear.length === 0) throw new RangeError(`${from}: expected a Linear, got none`);
  const listed = order === undefined ? undefined : listedModules([...linear, ...companions], order);
  const chain = listed?.filter((module) => module.kind === 'linear') ?? chainOf(from, linear);
  if (chain.length < linear.length) {
    const missing = linear.filter((module) => !chain.includes(module)).map(({ name }) => shown(name));
    throw new RangeError(`order: expected every Linear, but ${missing.join(', ')} is missing`);
  }
  const owners = companions.map((companion) => ownerOf(from, companion, chain, listed));
  return chain.map((each, l) => {
    const own = companions.filter((_, i) => owners[i] === each);
    const of = (kind: Companion['kind']) => {
      const [found, second] = own.filter((companion) => companion.kind === kind);
      if (second === undefined) return found;
      throw new RangeError(
        `${from}: ${shown(found!.name)} and ${shown(second.name)}: only one of them has a place behind ${shown(each.name)}`,
      );
    };
    const [norm, slopes] = [of('norm'), of('slopes')];
    return { linear: each, norm, slopes, position: positionOf(each, norm, slopes, chain[l + 1]) };
  });
}

/** Returns the modules that a list names. @throws TypeError or RangeError that opens with `order` */
function listedModules(modules: readonly (Linear | Companion)[], order: unknown): (Linear | Companion)[] {
  if (!isArray(order)) throw new TypeError(`order: expected an array of names, got ${show(order)}`);
  const shared = commonPrefix(modules.map(({ path }) => path));
  const listed = elements(order, order.length).map((name, i) => {
    const found = modules.find(
      ({ name: own, path }) => name === own || name === path || name === path.slice(shared.length),
    );
    if (found !== undefined) return found;
    const names = modules.map((module) => shown(module.name)).join(', ');
    throw new RangeError(`order[${i}]: expected one of ${names}, got ${show(name)}`);
  });
  const twice = listed.findIndex((module, i) => listed.indexOf(module) < i);
  if (twice >= 0) throw new RangeError(`order[${twice}]: ${show(order[twice])} comes twice`);
  return listed;
}

/** Returns the first words that all names have, with the point behind them. */
function commonPrefix(paths: readonly string[]): string {
  const [first = '', ...rest] = paths;
  const words = first.split('.').slice(0, -1);
  while (words.length > 0 && !rest.every((path) => path.startsWith(`${words.join('.')}.`))) words.pop();
  return words.length === 0 ? '' : `${words.join('.')}.`;
}

/** Returns a name with every number replaced, and the numbers. */
function numbered(path: string): { readonly pattern: string; readonly numbers: readonly number[] } {
  return {
    pattern: path.replace(/\d+/g, '#'),
    numbers: Array.from(path.matchAll(/\d+/g), ([digits]) => Number(digits)),
  };
}

function compared(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, place) => value !== b[place]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}

/**
 * Returns the one order of the layers in which each fits the one before it and names that differ by numbers alone ascend.
 *
 * @throws RangeError if there is none, or more than one
 */
function chainOf(from: string, linear: readonly Linear[]): readonly Linear[] {
  const groups = new Map<string, Linear[]>();
  for (const module of linear) {
    const { pattern } = numbered(module.path);
    groups.set(pattern, [...(groups.get(pattern) ?? []), module]);
  }
  const byNumber = (a: Linear, b: Linear) => compared(numbered(a.path).numbers, numbered(b.path).numbers);
  const sorted = [...groups.values()].flatMap((group) => {
    group.sort(byNumber);
    // Equal numbers, as in `1` and `01`, tell no order.
    const isCertain = group.every((module, i) => i === 0 || byNumber(group[i - 1]!, module) < 0);
    return isCertain ? [group] : group.map((module) => [module]);
  });
  const found = chainsOf(sorted, linear.length);
  if (found.length === 1) return found[0]!;
  const names = linear
    .map(({ name, units, fanIn }) => `${shown(name)} ${shapeOf([units, fanIn])}`)
    .join(', ');
  const why =
    found.length === 0 ? 'no order by the numbers of the names fits the shapes' : 'more than one order fits';
  throw new RangeError(
    `${from}: the order of the layers is uncertain, because ${why}: ${names}; give the names in the order of the computation, as order: [${shown(linear[0]!.name)}, …]`,
  );
}

/** Returns up to two orders that keep the order within each group and in which the sizes fit. */
function chainsOf(groups: readonly (readonly Linear[])[], count: number): Linear[][] {
  const found: Linear[][] = [];
  const used = groups.map(() => 0);
  const path: { readonly module: Linear; readonly group: number }[] = [];
  /** Next group to try at each place. */
  const next = [0];
  for (let steps = 0; next.length > 0 && found.length < 2; steps += groups.length) {
    if (steps > MOST_STEPS) return [[], []];
    const last = path[path.length - 1]?.module;
    const start = next[next.length - 1]!;
    const group = groups.findIndex((modules, g) => {
      const module = modules[used[g]!];
      return g >= start && module !== undefined && (last === undefined || module.fanIn === last.units);
    });
    if (group >= 0) {
      next[next.length - 1] = group + 1;
      path.push({ module: groups[group]![used[group]!]!, group });
      used[group]!++;
      next.push(0);
      if (path.length < count) continue;
      found.push(path.map(({ module }) => module));
    }
    next.pop();
    const undone = path.pop();
    if (undone !== undefined) used[undone.group]!--;
  }
  return found;
}

/** Returns the layer to which a batch norm or slopes belong. @throws RangeError if that is uncertain */
function ownerOf(
  from: string,
  companion: Companion,
  chain: readonly Linear[],
  listed: readonly (Linear | Companion)[] | undefined,
): Linear {
  const place = listed?.indexOf(companion) ?? -1;
  const owner =
    place >= 0
      ? lastOf(listed!.slice(0, place).filter((module) => module.kind === 'linear'))
      : ownerByName(companion.path, chain);
  if (owner !== undefined) return owner;
  const kind = companion.kind === 'norm' ? 'batch norm' : 'PReLU';
  throw new RangeError(
    `${from}: ${shown(companion.name)}: it is uncertain which Linear this ${kind} follows; give the names in the order of the computation, as order: [${shown(chain[0]!.name)}, …], with ${shown(companion.name)} behind its Linear`,
  );
}

/** Finds the layer of a batch norm or of slopes by its name: in an nn.Sequential, alone in a module, or with an equal number. */
function ownerByName(path: string, chain: readonly Linear[]): Linear | undefined {
  const parent = parentOf(path);
  const siblings = chain.filter((linear) => parentOf(linear.path) === parent);
  const index = indexOf(path);
  if (
    index !== undefined &&
    siblings.length > 0 &&
    siblings.every((linear) => indexOf(linear.path) !== undefined)
  ) {
    return lastOf(siblings.filter((linear) => indexOf(linear.path)! < index));
  }
  if (siblings.length === 1 && (parent !== '' || chain.length === 1)) return siblings[0];
  const { numbers } = numbered(path);
  const equal = chain.filter((linear) => {
    const own = numbered(linear.path).numbers;
    return numbers.length > 0 && own.length === numbers.length && compared(own, numbers) === 0;
  });
  return equal.length === 1 ? equal[0] : undefined;
}

const lastOf = <T>(list: readonly T[]): T | undefined => list[list.length - 1];
const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** Returns the index of a module in an nn.Sequential; undefined if its name is no number. */
function indexOf(path: string): number | undefined {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return /^\d+$/.test(last) ? Number(last) : undefined;
}

/**
 * Returns the position of a batch norm in an nn.Sequential. Right behind the Linear it comes before the activation. With one module
 * between them it comes after it, unless that module could be a dropout and the activation could follow.
 */
function positionOf(
  linear: Linear,
  norm: Companion | undefined,
  slopes: Companion | undefined,
  next: Linear | undefined,
): 'before' | 'after' | undefined {
  if (norm === undefined || parentOf(norm.path) !== parentOf(linear.path)) return undefined;
  const [at, start] = [indexOf(norm.path), indexOf(linear.path)];
  if (at === undefined || start === undefined) return undefined;
  if (at === start + 1) return 'before';
  const sloped = slopes && parentOf(slopes.path) === parentOf(norm.path) ? indexOf(slopes.path) : undefined;
  if (sloped !== undefined) return at < sloped ? 'before' : 'after';
  const isLast =
    next !== undefined && parentOf(next.path) === parentOf(norm.path) && indexOf(next.path) === at + 1;
  return at === start + 2 && isLast ? 'after' : undefined;
}
