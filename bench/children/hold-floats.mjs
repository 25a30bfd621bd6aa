/** Holds the floats, does nothing else, and prints the peak of its memory, in bytes. */
import { peakMemory, readFloats } from './floats.mjs';

const x = readFloats(process.argv[2]);
process.stdout.write(JSON.stringify({ peak: peakMemory(), last: x.at(-1) }));
