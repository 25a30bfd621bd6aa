/** Panel with the program that computes the screen, to copy or download, and with the models as files. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { letters } from '../engine/state.js';
import { isPlaying, state } from './store.js';
import { ask } from './worker-link.js';

/** Text of the program while the panel is open. */
const program = signal<string | undefined>(undefined);

/** Pauses and opens the panel. */
export async function openCode(): Promise<void> {
  isPlaying.value = false;
  program.value = (await ask({ program: location.href })).program;
}

export function CodePanel() {
  const dialog = useRef<HTMLDialogElement>(null);
  const text = program.value;
  useEffect(() => {
    if (text !== undefined && !dialog.current!.open) dialog.current!.showModal();
  }, [text]);
  const close = () => {
    program.value = undefined;
  };
  return (
    <dialog ref={dialog} class="code" aria-labelledby="code-title" onClose={close}>
      {text !== undefined && (
        <>
          <header>
            <h2 id="code-title">The program that computes this screen</h2>
            <button
              type="button"
              class="quiet icon"
              aria-label="Close"
              onClick={() => dialog.current!.close()}
            >
              ×
            </button>
          </header>
          <p class="small">
            In Node, it prints the losses on the screen to the last digit. The models are safetensors files
            with PyTorch’s names, which <code>MLP.load</code> reads.
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region has to be reachable by keyboard */}
          <pre tabIndex={0}>{text}</pre>
          <footer>
            <button type="button" class="primary" onClick={() => navigator.clipboard.writeText(text)}>
              Copy
            </button>
            <button type="button" onClick={() => save('playground.mjs', text)}>
              Download .mjs
            </button>
            {state.value.networks.map((_, n) => (
              <button type="button" key={letters[n]} onClick={() => saveModel(n)}>
                Model {letters[n]} (.safetensors)
              </button>
            ))}
          </footer>
        </>
      )}
    </dialog>
  );
}

async function saveModel(n: number): Promise<void> {
  const { saved } = await ask({ save: n });
  if (saved) save(`network-${letters[n]}.safetensors`, saved as Uint8Array<ArrayBuffer>);
}

function save(name: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content]));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
