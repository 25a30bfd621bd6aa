/** Text of a lesson. Programs get a button that copies them, and wide blocks can be scrolled by keyboard. */
import { useLayoutEffect, useRef } from 'preact/hooks';

const COPIED_MS = 1500;

export function Markup({ html, class: name }: { readonly html: string; readonly class?: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const root = ref.current!;
    addCopies(root);
    const reach = () => makeReachable(root);
    reach();
    addEventListener('resize', reach);
    root.addEventListener('toggle', reach, true);
    return () => {
      removeEventListener('resize', reach);
      root.removeEventListener('toggle', reach, true);
    };
  }, [html]);
  // The markup is made by the project's own renderer, which escapes every text.
  return <div ref={ref} class={name} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Adds a button to each program. Formulas and printed numbers are not programs. */
function addCopies(root: HTMLElement): void {
  for (const pre of root.querySelectorAll('pre')) {
    const code = pre.textContent;
    if (!/^(import|export) /m.test(code)) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'lesson-copy';
    button.textContent = 'Copy';
    button.onclick = async () => {
      await navigator.clipboard.writeText(`${code.trimEnd()}\n`);
      button.textContent = 'Copied';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, COPIED_MS);
    };
    const frame = document.createElement('div');
    frame.className = 'lesson-code';
    pre.replaceWith(frame);
    frame.append(pre, button);
  }
}

function makeReachable(root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>('pre, .table')) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  }
}
