import { StateError } from '../errors.js';

/** Lock of a model. It lists the calls that run on the model, each with a description such as 'fitted'. */
export class Busy {
  readonly #calls: string[] = [];

  /** True while at least one call runs. */
  get isHeld(): boolean {
    return this.#calls.length > 0;
  }

  /** Refuses a method that changes the model. @throws StateError if another call runs */
  refuse(method: string): void {
    const [doing] = this.#calls;
    if (doing !== undefined) {
      throw new StateError(`${method}: the model is being ${doing}; await that call first`);
    }
  }

  /**
   * Reads the arguments of a method that changes the model. Meanwhile other changes are refused: a getter of an argument may call
   * the model, but must not change it between the check and the change.
   */
  reading<T>(method: string, read: () => T): T {
    this.refuse(method);
    const doing = `changed by ${method}`;
    this.#calls.push(doing);
    try {
      return read();
    } finally {
      this.#end(doing);
    }
  }

  /** Marks the model busy while an asynchronous call runs. */
  async during<T>(doing: string, run: () => Promise<T>): Promise<T> {
    this.#calls.push(doing);
    try {
      return await run();
    } finally {
      this.#end(doing);
    }
  }

  #end(doing: string): void {
    this.#calls.splice(this.#calls.indexOf(doing), 1);
  }
}
