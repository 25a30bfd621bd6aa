/**
 * Part of a program on the built package: `await listening()` waits until every worker begun so far listens. Before that, the calling
 * thread does all the work, and a test of threads would test nothing.
 */
export const listening = `
  const begun = [];
  {
    const threads = process.getBuiltinModule('node:worker_threads');
    threads.Worker = class extends threads.Worker {
      constructor(code, options) {
        super(code, options);
        begun.push(options.workerData);
      }
    };
  }
  const listening = async () => {
    for (const { memory, control, line } of begun.splice(0)) {
      const words = new Int32Array(memory.buffer, control, line + 1);
      // The first word of a worker's line becomes 1.
      while (Atomics.load(words, line) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };`;
