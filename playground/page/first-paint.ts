/**
 * Entry of the page. The browser paints the still page of index.html first, and only then runs the application, which takes half a
 * second on a slow phone.
 */
import './style.css';
import './controls.css';
import './outcome.css';
// The rules for narrow screens override those of the other files.
import './narrow.css';

/** Longest wait for the first paint. A hidden page never paints, and starts all the same. */
const LONGEST_MS = 300;

await new Promise<void>((resolve) => {
  // A task after the frame's callbacks runs once the frame is painted.
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, LONGEST_MS);
});
const { run } = await import('./main.js');
run();
