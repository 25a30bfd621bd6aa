/** Bare Node: a module of its own, and no more. */
process.stdout.write(String(performance.now()));
