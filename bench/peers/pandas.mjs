/** pandas in `python3` or the interpreter that PYTHON names: one process per slice, which times itself. */
import { execFileSync } from 'node:child_process';

const python = process.env.PYTHON ?? 'python3';

const program = `
import json, resource, sys, time
import pandas
began = time.process_time()
table = pandas.read_csv(sys.argv[1])
ms = 1000 * (time.process_time() - began)
peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"ms": ms, "peak": peak, "sums": table.sum().tolist()}))
`;

/** Opens pandas. @throws Error with the code ENOENT if it is not installed */
export function open() {
  let version;
  try {
    version = run('import pandas; print(pandas.__version__)');
  } catch (cause) {
    throw Object.assign(new Error(`${python} has no pandas`, { cause }), { code: 'ENOENT' });
  }
  return { name: 'pandas', version: version.trim(), readCsv, readOnce };
}

function run(code, ...given) {
  return execFileSync(python, ['-c', code, ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function readCsv({ file, rows }) {
  let answer;
  return {
    name: 'pandas',
    units: rows,
    work: () => {
      answer = JSON.parse(run(program, file));
      return answer.ms;
    },
    output: () => answer.sums,
  };
}

/** Reads a table in a process. @returns its time in ms, without the import of pandas, and its peak memory in bytes */
function readOnce({ file }) {
  return JSON.parse(run(program, file));
}
