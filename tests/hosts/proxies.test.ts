/**
 * Models and streams of random numbers behind proxies of frameworks. Vue leaves them alone; for any other proxy there is an
 * error.
 */
import { isReactive, reactive, readonly, ref, shallowReactive, toRaw } from '@vue/reactivity';
import { isObservable, makeAutoObservable, observable, observableRef } from 'mobx';
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  explainModel,
  findNonFinite,
  gradientCheck,
  heNormal,
  lsuv,
  MLP,
  orthogonal,
  Rng,
} from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const x = new Rng(1).normal(40);
const y = new Uint8Array(20).map((_, row) => row % 2);

function compiled(): MLP {
  const model = new MLP({
    inputSize: 2,
    layers: [{ units: 3 }, { units: 2, activation: 'softmax' }],
    seed: 3,
  });
  model.compile({ loss: 'crossEntropy' });
  return model;
}

/** Words of every such error: what is behind a proxy, and the remedies. */
const words = (argument: string, what: string) =>
  new RegExp(
    `^${argument}: the ${what} is behind a proxy.*markRaw or shallowRef in Vue, observable\\.ref or observableRef in MobX$`,
  );

/** Makes a proxy that passes every access on, like that of a framework. */
function watched<T extends object>(value: T): T {
  return new Proxy(value, {});
}

type Callable = Record<string, (...given: unknown[]) => unknown>;
const asynchronous = ['fit', 'evaluateAsync', 'predictAsync'];

describe.each([
  { what: 'model', object: compiled() as object, methods: 14, getters: ['threads', 'epoch', 'step'] },
  { what: 'rng', object: new Rng(3) as object, methods: 7, getters: [] },
])('a $what behind a proxy', ({ what, object, methods, getters }) => {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object))).filter(
    ([name]) => name !== 'constructor' && name !== '__v_skip',
  );
  const named = (kind: 'get' | 'value') =>
    properties.filter(([, property]) => property[kind] !== undefined).map(([name]) => name);

  it('has the methods and getters that are tested here', () => {
    expect(named('value').length).toBeGreaterThanOrEqual(methods);
    expect(named('get').sort()).toEqual(expect.arrayContaining([...getters].sort()));
    expect(properties).toHaveLength(named('value').length + named('get').length);
  });

  it.each(named('value'))('is named in the error of %s()', async (name) => {
    const call = () => (watched(object) as Callable)[name]!(x, y);
    if (asynchronous.includes(name)) await expect(call()).rejects.toThrow(words(name, what));
    else expect(call).toThrow(words(name, what));
  });

  if (getters.length > 0) {
    it.each(named('get'))('is named in the error of %s', (name) => {
      expect(() => (watched(object) as Callable)[name]).toThrow(words(name, what));
    });
  }

  it.each(named('value'))('is named in the error of %s() called on nothing', async (name) => {
    const method = (object as Callable)[name]!;
    const message = `${name}: expected a ${what} to be called on, got undefined`;
    if (asynchronous.includes(name)) await expect(method(x)).rejects.toThrow(message);
    else expect(() => method(x)).toThrow(message);
  });

  it('shows its methods by their names', () => {
    for (const name of named('value')) expect((object as Callable)[name]!.name).toBe(name);
  });
});

describe('a function of a model', () => {
  const functions: Record<string, (model: MLP) => unknown> = {
    diagnose: (model) => diagnose(model, x, y),
    lsuv: (model) => lsuv(model, x),
    gradientCheck: (model) => gradientCheck(model, x, y),
    findNonFinite: (model) => findNonFinite(model, x),
    explainModel: (model) => explainModel(model),
  };
  it.each(Object.keys(functions))('%s says that the model is behind a proxy', (name) => {
    expect(() => functions[name]!(watched(compiled()))).toThrow(words('model', 'model'));
  });

  it.each([heNormal(), orthogonal()])('an initializer says that its rng is behind a proxy', (initializer) => {
    expect(() => initializer([4, 3], watched(new Rng(1)))).toThrow(/the rng is behind a proxy/);
  });
});

describe('Vue', () => {
  const holders = {
    ref: (value: object) => ref(value).value,
    reactive: (value: object) => reactive({ held: value }).held,
    'reactive itself': (value: object) => reactive(value),
    'an array in reactive': (value: object) => reactive([value])[0],
    readonly: (value: object) => readonly({ held: value }).held,
    shallowReactive: (value: object) => shallowReactive(value),
    'a map in reactive': (value: object) => reactive(new Map([['held', value]])).get('held'),
  };
  it.each(Object.keys(holders))('leaves a model and an rng unchanged in %s', async (name) => {
    const hold = holders[name as keyof typeof holders];
    const [model, rng] = [compiled(), new Rng(3)];
    const held = hold(model) as MLP;
    expect(held).toBe(model);
    expect(isReactive(held)).toBe(false);
    await held.fit(x, y, { epochs: 2 });
    expect(held.epoch).toBe(2);
    expect(held.predict(x)).toHaveLength(40);
    expect((hold(rng) as Rng).split('a').normal(3)).toEqual(rng.split('a').normal(3));
  });

  it('still watches other values of a page', () => {
    const state = reactive({ model: compiled(), losses: [1, 2] });
    expect(isReactive(state.losses)).toBe(true);
    expect(toRaw(state.losses)).not.toBe(state.losses);
  });

  it('is not visible in the keys that a program lists', () => {
    for (const object of [compiled(), new Rng(1)]) {
      expect(Object.keys(object)).not.toContain('__v_skip');
      const listed: string[] = [];
      for (const name in object) listed.push(name);
      expect(listed).not.toContain('__v_skip');
    }
  });
});

describe('MobX', () => {
  class Store {
    model = compiled();
    rng = new Rng(3);
    loss = 0;
    constructor() {
      makeAutoObservable(this, { model: observableRef });
    }
  }

  it('holds a model in observableRef, which is observable.ref before version 7', async () => {
    const store = new Store();
    expect(isObservable(store)).toBe(true);
    await store.model.fit(x, y);
    expect(store.model.epoch).toBe(1);
    expect(store.rng.normal(2)).toEqual(new Rng(3).normal(2));
  });

  it('gets an error with its remedy if it makes a proxy nevertheless', () => {
    const proxy = observable(untyped<Record<string, MLP>>({}), {}, { deep: false });
    expect(() => MLP.prototype.predict.call(untyped<MLP>(proxy), x)).toThrow(words('predict', 'model'));
  });
});
