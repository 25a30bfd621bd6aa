/** Engines of all views. A view registers by its folder: views/NAME/engine.ts exports `engine`. */
import type { ViewName } from '../engine/state.js';
import type { AnyViewEngine } from '../engine/view.js';

const modules = import.meta.glob<{ readonly engine: AnyViewEngine }>('./*/engine.ts', { eager: true });

/** Returns a view's engine; undefined if there is no such view. */
export function viewEngine(name: ViewName): AnyViewEngine | undefined {
  return modules[`./${name}/engine.ts`]?.engine;
}
